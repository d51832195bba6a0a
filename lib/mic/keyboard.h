#ifndef MIC_KEYBOARD_H
#define MIC_KEYBOARD_H

struct keyboard;
struct loop;

/*
 * Single keys from the terminal, wherever standard input comes from: /dev/tty
 * without echo or line editing, its signals as before.  The terminal is
 * restored by keyboard_close(), while another program asks the user something
 * (base/row.h), and when SIGTSTP stops it.  NULL with errno if there is no
 * terminal.
 */
struct keyboard *keyboard_open(struct loop *, void (*fn)(void *arg, int key),
    void *arg);
void keyboard_close(struct keyboard *);

#endif
