#ifndef SOUND_FFT_H
#define SOUND_FFT_H

/*
 * Complex Fourier transforms of power-of-two sizes, in place.  Pure.
 */
struct fft;

/* size is 4 to 65536 and a power of two. */
struct fft *fft_new(int size);
void fft_free(struct fft *);

void fft_forward(const struct fft *, float *re, float *im);
/* Divided by the size, so that it undoes fft_forward(). */
void fft_inverse(const struct fft *, float *re, float *im);

/*
 * Of 2 * size real numbers, the size + 1 halves of a symmetric spectrum; and
 * back.  Both spoil what they are given.
 */
void fft_real(const struct fft *, float *x, float *re, float *im);
void fft_real_inverse(const struct fft *, float *re, float *im, float *x);

#endif
