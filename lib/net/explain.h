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
	int unreachable;	/* errno for an address without a route */
	bool reached;		/* a TCP connection stood, to the proxy too */
	char detail[CURL_ERROR_SIZE];
	/* what came of it */
	int code;
	char why[768];
};

/* Connecting has ended with this result. */
void explain_connect(struct explain *, CURL *, CURLcode);

/* A connection that stood is lost; at_once: before anything came on it. */
void explain_lost(struct explain *, CURLcode, bool at_once);

#endif
