#ifndef DIALOG_ADC_H
#define DIALOG_ADC_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Where gl-auth would find credentials for Vertex AI, looked at without asking
 * anybody: false with a sentence where there are none, or where a project is
 * wanted and they name none.  Of a machine of Google's only that it is one is
 * known: its metadata server has both.
 */
bool adc_found(bool want_project, char *why, size_t size);

#endif
