#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Monotonic time in milliseconds, and in microseconds; the origin is
 * arbitrary. */
int64_t clock_ms(void);
int64_t clock_us(void);

/* Seconds since the epoch, and milliseconds. */
int64_t clock_wall(void);
int64_t clock_wall_ms(void);

#endif
