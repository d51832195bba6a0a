#ifndef NET_CURL_H
#define NET_CURL_H

#include <curl/curl.h>
#include <poll.h>
#include <stdbool.h>

/*
 * What transport and http share of libcurl: the descriptors that it waits for
 * as entries of a source, and which certificates it trusts.
 */
enum { NET_CURL_SOCKETS = 8 };	/* two addresses at once, the resolver */

struct net_curl_sockets {
	struct {
		curl_socket_t fd;
		short events;
	} v[NET_CURL_SOCKETS];
	int n;
};

/* Notes what CURLMOPT_SOCKETFUNCTION was told; 0, or -1 if full. */
int net_curl_socket(struct net_curl_sockets *, curl_socket_t fd, int what);
/* As want() of a source. */
int net_curl_want(const struct net_curl_sockets *, struct pollfd *, int room);
/* The index of the first of ready()'s descriptors with events, and these as
 * CURL_CSELECT_*; -1 if there is none. */
int net_curl_ready(const struct pollfd *, int n, int *events);

/* For CURLOPT_OPENSOCKETFUNCTION; arg: an int, becomes the errno if there is no
 * socket, which libcurl does not report. */
curl_socket_t net_curl_open(void *arg, curlsocktype, struct curl_sockaddr *);

/* Whether a folder holds certificates under their hashes ("1a2b3c4d.0"). */
bool net_curl_hashed(const char *dir);

/*
 * Sets whom a handle trusts: ca, PEM text that must outlive it; else a file, a
 * folder or both; or, if all are NULL, the system.
 */
void net_curl_trust(CURL *, const char *ca, const char *cafile,
    const char *cadir);

#endif
