/* Turns the error codes of libcurl, TLS and proxies into a sentence. */
#include "net/explain.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"

/* The results of X509_verify_cert(), as CURLINFO_SSL_VERIFYRESULT passes them
 * on. */
enum verdict {
	VERDICT_NONE = 0, VERDICT_UNSPECIFIED = 1, VERDICT_NO_ISSUER = 2,
	VERDICT_NOT_YET = 9, VERDICT_EXPIRED = 10,
	VERDICT_SELF_SIGNED = 18, VERDICT_SELF_SIGNED_CHAIN = 19,
	VERDICT_NO_LOCAL_ISSUER = 20, VERDICT_NO_LEAF = 21
};

__attribute__((format(printf, 3, 4))) static void
set_why(struct explain *t, int code, const char *fmt, ...)
{
	va_list ap;

	t->code = code;
	va_start(ap, fmt);
	vsnprintf(t->why, sizeof(t->why), fmt, ap);
	va_end(ap);
}

/* The certificate was not accepted. */
static void
certificate(struct explain *t, CURL *easy)
{
	long verdict = 0;

	curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &verdict);
	switch (verdict) {
	case VERDICT_EXPIRED:
		set_why(t, CODE_CONFIG, "the certificate of %s has expired "
		    "(or this machine's clock is wrong)", t->host);
		break;
	case VERDICT_NOT_YET:
		set_why(t, CODE_CONFIG, "the certificate of %s is not valid "
		    "yet (or this machine's clock is wrong)", t->host);
		break;
	case VERDICT_NO_ISSUER:
	case VERDICT_SELF_SIGNED:
	case VERDICT_SELF_SIGNED_CHAIN:
	case VERDICT_NO_LOCAL_ISSUER:
	case VERDICT_NO_LEAF:
		set_why(t, CODE_CONFIG, "the certificate of %s is not signed "
		    "by a known authority; name its CA file (--cacert, "
		    "SSL_CERT_FILE), or install ca-certificates", t->host);
		break;
	case VERDICT_NONE:
	case VERDICT_UNSPECIFIED:
		/* the chain was good, but not the name */
		set_why(t, CODE_CONFIG, "the certificate of %s:%d is not for "
		    "that host name; check the URL", t->host, t->port);
		break;
	default:
		set_why(t, CODE_CONFIG, "the certificate of %s was not "
		    "accepted: %s", t->host, t->detail);
	}
}

/* The TLS handshake failed otherwise. */
static void
handshake(struct explain *t)
{
	if (strstr(t->detail, "wrong version number") ||
	    strstr(t->detail, "http request") ||
	    strstr(t->detail, "packet length too long") ||
	    strstr(t->detail, "record layer failure"))
		set_why(t, CODE_PROTOCOL, "%s:%d does not speak TLS; is it a "
		    "server for ws:// or http://?", t->host, t->port);
	else if (strstr(t->detail, "unexpected eof") ||
	    strstr(t->detail, "SSL_ERROR_SYSCALL") ||
	    strstr(t->detail, "reset by peer"))
		set_why(t, CODE_UNAVAILABLE, "%s:%d closed the connection "
		    "within the TLS handshake", t->host, t->port);
	else
		set_why(t, CODE_PROTOCOL, "the TLS handshake with %s:%d "
		    "failed: %s", t->host, t->port, t->detail);
}

/* The proxy's host and port, without a user name or password. */
static const char *
proxy_shown(const struct explain *t)
{
	const char *at = strrchr(t->proxy, '@'), *p = strstr(t->proxy, "://");

	return at ? at + 1 : p ? p + 3 : t->proxy;
}

static void
timed_out(struct explain *t, CURL *easy)
{
	curl_off_t name = 0;
	long tunnel = 0;
	double s = t->connect_ms / 1000.0;
	bool reached = t->reached;

	curl_easy_getinfo(easy, CURLINFO_NAMELOOKUP_TIME_T, &name);
	curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &tunnel);
	if (t->proxy)
		reached = tunnel / 100 == 2;
	if (t->proxy && (name == 0 || !reached))
		set_why(t, CODE_UNAVAILABLE, "the proxy %s did not answer "
		    "within %g s", proxy_shown(t), s);
	else if (name == 0)
		set_why(t, CODE_UNAVAILABLE, "the address of %s was not found "
		    "within %g s", t->host, s);
	else if (!reached)
		set_why(t, CODE_UNAVAILABLE, "%s:%d did not answer within "
		    "%g s", t->host, t->port, s);
	else if (t->proxy)
		set_why(t, CODE_UNAVAILABLE, "%s:%d did not answer through "
		    "the proxy %s within %g s", t->host, t->port,
		    proxy_shown(t), s);
	else
		set_why(t, CODE_UNAVAILABLE, "%s:%d accepts connections but "
		    "did not answer the TLS handshake within %g s; is it a TLS "
		    "server?", t->host, t->port, s);
}

/* CONNECT was refused, or the connection broke. */
static void
tunnel(struct explain *t, CURL *easy)
{
	long status = 0;

	curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &status);
	if (t->proxy && status >= 500)
		set_why(t, CODE_UNAVAILABLE, "the proxy %s cannot reach %s:%d "
		    "(HTTP status %ld)", proxy_shown(t), t->host, t->port,
		    status);
	else if (t->proxy && (status == 407 || status == 401))
		set_why(t, CODE_REFUSED, "the proxy %s wants a user name and "
		    "password (http://user:password@host:port)",
		    proxy_shown(t));
	else if (t->proxy && status >= 300)
		set_why(t, CODE_REFUSED, "the proxy %s refuses a tunnel to "
		    "%s:%d (HTTP status %ld); allow it there, or name the host "
		    "in NO_PROXY", proxy_shown(t), t->host, t->port, status);
	else if (t->proxy)
		set_why(t, CODE_UNAVAILABLE, "the proxy %s failed: %s",
		    proxy_shown(t), t->detail);
	else
		set_why(t, CODE_UNAVAILABLE, "%s:%d broke the connection: %s",
		    t->host, t->port, t->detail);
}

static void
no_connection(struct explain *t, CURL *easy)
{
	long error = 0;

	curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &error);
	if (error == 0)
		error = t->unreachable;
	if (t->proxy)
		set_why(t, CODE_UNAVAILABLE, "cannot connect to the proxy %s: "
		    "%s", proxy_shown(t), error ? log_reason((int)error) :
		    t->detail);
	else if (error == ECONNREFUSED)
		set_why(t, CODE_UNAVAILABLE, "%s:%d refuses connections: "
		    "nothing listens there", t->host, t->port);
	else
		set_why(t, CODE_UNAVAILABLE, "cannot connect to %s:%d: %s",
		    t->host, t->port, error ? log_reason((int)error) :
		    t->detail);
}

void
explain_connect(struct explain *t, CURL *easy, CURLcode r)
{
	if (!*t->detail)
		snprintf(t->detail, sizeof(t->detail), "%s",
		    curl_easy_strerror(r));
	switch (r) {
	case CURLE_COULDNT_RESOLVE_HOST:
		set_why(t, CODE_UNAVAILABLE, "the name %s was not found; check "
		    "the URL and the network", t->host);
		break;
	case CURLE_COULDNT_RESOLVE_PROXY:
		set_why(t, CODE_UNAVAILABLE, "the name of the proxy %s was not "
		    "found", t->proxy ? proxy_shown(t) : "");
		break;
	case CURLE_COULDNT_CONNECT:
		no_connection(t, easy);
		break;
	case CURLE_OPERATION_TIMEDOUT:
		timed_out(t, easy);
		break;
	case CURLE_PEER_FAILED_VERIFICATION:
		certificate(t, easy);
		break;
	case CURLE_SSL_CONNECT_ERROR:
		handshake(t);
		break;
	case CURLE_SSL_CACERT_BADFILE:
		set_why(t, CODE_CONFIG, "the CA file %s cannot be read as PEM "
		    "certificates", t->cafile ? t->cafile : "of the system");
		break;
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_PROXY:
		tunnel(t, easy);
		break;
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
		set_why(t, CODE_CONFIG, "the URL or the proxy's URL cannot be "
		    "used: %s", t->detail);
		break;
	default:
		set_why(t, CODE_UNAVAILABLE, "cannot connect to %s:%d: %s",
		    t->host, t->port, t->detail);
	}
}

void
explain_lost(struct explain *t, CURLcode r, bool at_once)
{
	if (!*t->detail)
		snprintf(t->detail, sizeof(t->detail), "%s",
		    curl_easy_strerror(r));
	if (at_once)
		set_why(t, CODE_UNAVAILABLE, "%s ended the connection right "
		    "after the TLS handshake (does it want a client "
		    "certificate?): %s", t->host, t->detail);
	else
		set_why(t, CODE_UNAVAILABLE, "the connection to %s was lost: "
		    "%s", t->host, t->detail);
}
