#ifndef MIC_KEYBOARD_H
#define MIC_KEYBOARD_H

struct keyboard;
struct loop;

/*
 * Single keys from the terminal, wherever standard input goes: /dev/tty
 * without echo and line by line, with its signals as before.  It is put right
 * again by keyboard_close(), while another program asks the user something
 * (base/row.h), and where SIGTSTP stops it.  NULL with errno where there is no
 * terminal.
 */
struct keyboard *keyboard_open(struct loop *, void (*fn)(void *arg, int key),
    void *arg);
void keyboard_close(struct keyboard *);

#endif
