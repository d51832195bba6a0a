#ifndef NET_EXPLAIN_H
#define NET_EXPLAIN_H

#include <curl/curl.h>
#include <stdbool.h>

/*
 * Why there is no connection: a sentence that names the place and the remedy,
 * and the exit code that goes with it.
 */
struct explain {
	/* where to; the owner's */
	char *host, *proxy, *cafile;	/* the last two may be NULL */
	int port, connect_ms;
	/* what was seen meanwhile */
	int unreachable;	/* errno for an address without a route, or no
				 * socket */
	bool reached;		/* TCP connected, if only to the proxy */
	char detail[CURL_ERROR_SIZE];
	/* the result */
	int code;
	char why[768];
};

/* Explains how connecting ended. */
void explain_connect(struct explain *, CURL *, CURLcode);

/* Explains the loss of a connection; at_once: before anything came on it. */
void explain_lost(struct explain *, CURLcode, bool at_once);

#endif
