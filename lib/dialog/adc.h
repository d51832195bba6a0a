#ifndef DIALOG_ADC_H
#define DIALOG_ADC_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Looks, without asking anybody, where gl-auth would find credentials for
 * Vertex AI: false with a sentence if there are none, or if a project is
 * wanted and they name none.  A Google machine is only recognized as one: its
 * metadata server has both.
 */
bool adc_found(bool want_project, char *why, size_t size);

#endif
