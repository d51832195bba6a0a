/* progress: what a row and a line of JSON say. */
#include "../../tap.h"
#include "base/buf.h"
#include "loop/progress.h"

static struct buf b;

static const char *
row(struct progress_at at, int64_t ms)
{
	buf_clear(&b);
	progress_row(&b, &at, ms);
	return b.data;
}

static const char *
json(struct progress_at at, int64_t ms, bool done)
{
	buf_clear(&b);
	progress_json(&b, &at, ms, done);
	return b.data;
}

int
main(void)
{
	buf_init(&b, 4096);
	is_str(row((struct progress_at){ 28800000, 115200000, 900000, 0, 0 },
	    22500), "15:00 of 1:00:00 (25%), 40.0x, 1:08 left",
	    "a quarter of an hour's file");
	is_str(row((struct progress_at){ 0, 1000, 0, 0, 0 }, 2000),
	    "0:00, 0.0x", "nothing of it yet");
	is_str(row((struct progress_at){ 1000, 1000, 60000, 0, 0 }, 60000),
	    "1:00 of 1:00 (100%), 1.0x, 0:00 left", "all of it");
	is_str(row((struct progress_at){ 2000, 1000, 60000, 0, 0 }, 60000),
	    "1:00 of 0:30 (200%), 1.0x", "a file that shrank");
	is_str(row((struct progress_at){ 12500000, 0, -1, 0, 0 }, 5000),
	    "12.5 MB, 2.5 MB/s", "a pipe");
	is_str(row((struct progress_at){ 500, 2000000000, -1, 3, 30 }, 0),
	    "file 3 of 30, 0.5 kB of 2.00 GB (0%), 0:00 left",
	    "one of many files");
	is_str(json((struct progress_at){ 25, 100, 900000, 0, 0 }, 22500, false),
	    "{\"type\":\"progress\",\"ms\":22500,\"bytes\":25,\"size\":100,"
	    "\"at_ms\":900000,\"speed\":40.00,\"left_ms\":67500,"
	    "\"done\":false}", "a line");
	is_str(json((struct progress_at){ 100, 100, -1, 1, 2 }, 0, true),
	    "{\"type\":\"progress\",\"ms\":0,\"bytes\":100,\"size\":100,"
	    "\"file\":1,\"files\":2,\"done\":true}", "the last one");
	buf_done(&b);
	return tap_done();
}
