#ifndef FRAMES_CAMERAS_H
#define FRAMES_CAMERAS_H

/* Each device and each of its modes as a line; how many devices there are. */
int cameras_list(void (*line)(void *arg, const char *text), void *arg);

#endif
