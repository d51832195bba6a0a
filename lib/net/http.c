/*
 * A request is an easy handle in a multi handle of its own; the sockets that
 * libcurl names become entries of one source, its timeout a timer.  A result is
 * reported from the timer or the source, never from within libcurl.
 */
#include "net/http.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/buf.h"
#include "base/clock.h"
#include "loop/loop.h"
#include "base/mem.h"
#include "net/curl.h"

enum { HEAD_MAX = 65536 };

struct http {
	struct loop *loop;
	struct source *source;
	struct timer timer;
	CURLM *multi;
	CURL *easy;
	struct curl_slist *headers;
	struct buf head, body;
	char *sent;
	size_t sent_len;
	struct net_curl_sockets sockets;
	int no_socket;		/* the errno for which there was none */
	bool finished;
	char error[CURL_ERROR_SIZE];
	char why[CURL_ERROR_SIZE + 120];
	void (*done)(void *, const struct http_answer *);
	void *arg;
};

static size_t
on_body(char *p, size_t size, size_t n, void *arg)
{
	struct http *h = arg;

	return buf_add(&h->body, p, size * n) == 0 ? size * n : 0;
}

static size_t
on_head(char *p, size_t size, size_t n, void *arg)
{
	struct http *h = arg;

	/* only the last head counts: those of 100 and of a proxy precede it */
	if (size * n > 5 && memcmp(p, "HTTP/", 5) == 0)
		buf_clear(&h->head);
	return buf_add(&h->head, p, size * n) == 0 ? size * n : 0;
}

static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *sock)
{
	struct http *h = arg;

	(void)easy;
	(void)sock;
	return net_curl_socket(&h->sockets, fd, what);
}

static int
on_timer(CURLM *multi, long ms, void *arg)
{
	struct http *h = arg;

	(void)multi;
	if (ms < 0)
		loop_untimer(h->loop, &h->timer);
	else
		loop_timer(h->loop, &h->timer, clock_ms() + ms + 1);
	return 0;
}

/* Turns libcurl's code into one of ours, with a sentence. */
static enum http_result
result(struct http *h, CURLcode rc)
{
	const char *what = h->error[0] ? h->error : curl_easy_strerror(rc);
	double connected = 0;
	long error = 0;

	snprintf(h->why, sizeof h->why, "%s", what);
	switch (rc) {
	case CURLE_OK:
		h->why[0] = '\0';
		return HTTP_ANSWERED;
	case CURLE_WRITE_ERROR:
		snprintf(h->why, sizeof h->why, "the answer is over %zu bytes",
		    h->body.max);
		return HTTP_TOO_LONG;
	case CURLE_OPERATION_TIMEDOUT:
		curl_easy_getinfo(h->easy, CURLINFO_PRETRANSFER_TIME,
		    &connected);
		return connected > 0 ? HTTP_TIMEOUT : HTTP_UNREACHED;
	case CURLE_COULDNT_CONNECT:
		curl_easy_getinfo(h->easy, CURLINFO_OS_ERRNO, &error);
		if (error == 0 && h->no_socket != 0)
			snprintf(h->why, sizeof h->why, "%s",
			    log_reason(h->no_socket));
		return HTTP_UNREACHED;
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_PROXY:
		return HTTP_UNREACHED;
	case CURLE_SSL_CONNECT_ERROR:
		return HTTP_TLS;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
		return HTTP_CERTIFICATE;
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_BAD_FUNCTION_ARGUMENT:
	case CURLE_FAILED_INIT:
		return HTTP_WRONG;
	case CURLE_RECV_ERROR:
		/* also the code of a refused CONNECT */
		return strstr(what, "CONNECT tunnel") ? HTTP_UNREACHED :
		    HTTP_BROKEN;
	default:
		return HTTP_BROKEN;
	}
}

static int64_t
date(const struct http_answer *a)
{
	char *s = http_field(a, "Date");
	time_t t = s ? curl_getdate(s, NULL) : -1;

	free(s);
	return t > 0 ? (int64_t)t : 0;
}

/* Reports the result if there is one; h may be gone afterwards. */
static void
finish(struct http *h, CURLcode rc)
{
	struct http_answer a = { .http = h };
	long status = 0;

	if (h->finished)
		return;
	h->finished = true;
	loop_untimer(h->loop, &h->timer);
	a.result = result(h, rc);
	a.why = h->why;
	curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &status);
	a.status = (int)status;
	a.body = h->body.data ? h->body.data : "";
	a.len = h->body.len;
	a.date = date(&a);
	h->done(h->arg, &a);
}

static void
step(struct http *h, curl_socket_t fd, int mask)
{
	struct CURLMsg *m;
	int running, left;

	if (h->finished)
		return;
	if (curl_multi_socket_action(h->multi, fd, mask, &running) !=
	    CURLM_OK) {
		finish(h, CURLE_FAILED_INIT);
		return;
	}
	m = curl_multi_info_read(h->multi, &left);
	if (m && m->msg == CURLMSG_DONE)
		finish(h, m->data.result);
}

static void
on_fire(void *arg)
{
	step(arg, CURL_SOCKET_TIMEOUT, 0);
}

static int
want(void *arg, struct pollfd *pfd, int room)
{
	struct http *h = arg;

	return h->finished ? 0 : net_curl_want(&h->sockets, pfd, room);
}

/* One socket per turn: the call may free h. */
static void
ready(void *arg, const struct pollfd *pfd, int n)
{
	int mask, i = net_curl_ready(pfd, n, &mask);

	if (i >= 0)
		step(arg, pfd[i].fd, mask);
}

static const struct source_ops source_ops = { want, ready };

static void
payload(struct http *h, const struct http_request *r)
{
	const char *method = r->method ? r->method :
	    r->body ? "POST" : "GET";

	if (r->body) {
		h->sent = mem_copy(r->body, r->body_len);
		h->sent_len = r->body_len;
		curl_easy_setopt(h->easy, CURLOPT_POSTFIELDS, h->sent);
		curl_easy_setopt(h->easy, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)h->sent_len);
	}
	curl_easy_setopt(h->easy, CURLOPT_CUSTOMREQUEST, method);
}

static void
headers(struct http *h, const struct http_request *r)
{
	const char *const *s;

	/* no Expect, and no Content-Type of libcurl's choice */
	h->headers = curl_slist_append(NULL, "Expect:");
	h->headers = curl_slist_append(h->headers, "Accept: */*");
	for (s = r->headers; s && *s; s++)
		h->headers = curl_slist_append(h->headers, *s);
	curl_easy_setopt(h->easy, CURLOPT_HTTPHEADER, h->headers);
	curl_easy_setopt(h->easy, CURLOPT_USERAGENT, "gl/" GL_VERSION);
}

static void
set_up(struct http *h, const struct http_request *r)
{
	CURL *e = h->easy;

	curl_easy_setopt(e, CURLOPT_URL, r->url);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, h->error);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS,
	    (long)(r->connect_ms ? r->connect_ms : 10000));
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS,
	    (long)(r->total_ms ? r->total_ms : 30000));
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, h);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_head);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, h);
	curl_easy_setopt(e, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, net_curl_open);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, &h->no_socket);
	if (r->direct)
		curl_easy_setopt(e, CURLOPT_PROXY, "");
	net_curl_trust(e, r->ca, r->cafile, r->cadir);
	headers(h, r);
	payload(h, r);
}

struct http *
http_start(struct loop *l, const struct http_request *r,
    void (*done)(void *, const struct http_answer *), void *arg)
{
	struct http *h = mem_alloc(sizeof *h);

	h->loop = l;
	h->done = done;
	h->arg = arg;
	h->timer.fire = on_fire;
	h->timer.arg = h;
	buf_init(&h->head, HEAD_MAX);
	buf_init(&h->body, r->max ? r->max : 1 << 20);
	h->easy = curl_easy_init();
	h->multi = curl_multi_init();
	if (!h->easy || !h->multi)
		mem_resize(NULL, (size_t)-1, 2);	/* out of memory */
	set_up(h, r);
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
	h->source = loop_add(l, &source_ops, h);
	curl_multi_add_handle(h->multi, h->easy);
	return h;
}

void
http_close(struct http *h)
{
	struct curl_slist *s;

	h->finished = true;
	loop_untimer(h->loop, &h->timer);
	loop_remove(h->loop, h->source);
	curl_multi_remove_handle(h->multi, h->easy);
	curl_easy_cleanup(h->easy);
	curl_multi_cleanup(h->multi);
	/* the callbacks above may have armed it again */
	loop_untimer(h->loop, &h->timer);
	for (s = h->headers; s; s = s->next)
		mem_wipe(s->data, strlen(s->data));
	curl_slist_free_all(h->headers);
	if (h->sent)
		mem_wipe(h->sent, h->sent_len);
	free(h->sent);
	buf_wipe(&h->body);
	buf_wipe(&h->head);
	free(h);
}

char *
http_field(const struct http_answer *a, const char *name)
{
	const char *p = a->http->head.data, *nl, *v;
	size_t n = strlen(name);

	for (; p && (nl = strchr(p, '\n')); p = nl + 1) {
		if (strncasecmp(p, name, n) != 0 || p[n] != ':')
			continue;
		v = p + n + 1;
		v += strspn(v, " \t");
		while (nl > v && strchr("\r\n \t", nl[-1]))
			nl--;
		return mem_copy(v, (size_t)(nl - v));
	}
	return NULL;
}
