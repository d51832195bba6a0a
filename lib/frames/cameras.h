#ifndef FRAMES_CAMERAS_H
#define FRAMES_CAMERAS_H

/* Lists each device and mode, a line each; returns the number of devices. */
int cameras_list(void (*line)(void *arg, const char *text), void *arg);

#endif
