/* JSON Schema as the API's Schema. */
#include "../../tap.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "proto/schema.h"
#include "proto/toolschema.h"

/* The parameters, a space, and what was left out. */
static void
becomes(const char *schema, const char *want, const char *left)
{
	struct json *tools;
	struct buf text, lost, got;
	char why[256];

	buf_init(&text, 1 << 16);
	buf_init(&lost, 1 << 16);
	buf_init(&got, 1 << 16);
	buf_str(&lost, "");
	buf_printf(&text, "[{\"functionDeclarations\":[{\"name\":\"f\","
	    "\"parametersJsonSchema\":%s}]}]", schema);
	tools = json_parse(text.data, text.len, why, sizeof(why));
	is_int((int)toolschema_convert(tools, &lost), 1, schema);
	json_print(json_get(json_at(json_get(json_at(tools, 0),
	    "functionDeclarations"), 0), "parameters"), &got);
	is_str(got.data, want, "so it is said");
	is_str(lost.data, left, "and that is not");
	ok(json_get(json_at(json_get(json_at(tools, 0),
	    "functionDeclarations"), 0), "parametersJsonSchema") == NULL,
	    "in its place");
	buf_clear(&text);
	buf_str(&text, "{\"setup\":{\"tools\":");
	json_print(tools, &text);
	buf_str(&text, "}}");
	json_free(tools);
	tools = json_parse(text.data, text.len, why, sizeof(why));
	ok(schema_check(tools, BACKEND_GEMINI, true, why, sizeof(why)) == 0,
	    "the service takes it");
	json_free(tools);
	buf_done(&text);
	buf_done(&lost);
	buf_done(&got);
}

int
main(void)
{
	struct json *j;
	struct buf deep;
	int i;

	becomes("{\"type\":\"object\",\"properties\":{\"city\":{\"type\":"
	    "\"string\",\"description\":\"d\"}},\"required\":[\"city\"],"
	    "\"additionalProperties\":false,\"$schema\":\"x\"}",
	    "{\"type\":\"OBJECT\",\"properties\":{\"city\":{\"type\":"
	    "\"STRING\",\"description\":\"d\"}},\"required\":[\"city\"]}",
	    "f: additionalProperties\n");
	becomes("{\"properties\":{\"a\":{\"type\":[\"integer\",\"null\"]},"
	    "\"b\":{\"type\":[\"integer\",\"string\"]}}}",
	    "{\"properties\":{\"a\":{\"nullable\":true,\"type\":\"INTEGER\"},"
	    "\"b\":{\"anyOf\":[{\"type\":\"INTEGER\"},{\"type\":\"STRING\"}]}"
	    "},\"type\":\"OBJECT\"}", "");
	becomes("{\"type\":\"object\",\"properties\":{\"a\":{\"enum\":[\"x\","
	    "\"y\",null]},\"b\":{\"type\":\"integer\",\"enum\":[1,2]},"
	    "\"c\":{\"const\":\"z\"}}}",
	    "{\"type\":\"OBJECT\",\"properties\":{\"a\":{\"nullable\":true,"
	    "\"enum\":[\"x\",\"y\"],\"type\":\"STRING\"},\"b\":{\"type\":"
	    "\"INTEGER\"},\"c\":{\"enum\":[\"z\"],\"type\":\"STRING\"}}}",
	    "f: enum\n");
	/* what cannot be said still has its type */
	becomes("{\"type\":\"object\",\"properties\":{\"a\":{\"enum\":[1,"
	    "null,2.5]},\"b\":{\"const\":5},\"c\":{\"enum\":[true]},"
	    "\"d\":{\"type\":\"array\",\"items\":[{}]}}}",
	    "{\"type\":\"OBJECT\",\"properties\":{\"a\":{\"type\":"
	    "\"NUMBER\"},\"b\":{\"type\":\"INTEGER\"},\"c\":{\"type\":"
	    "\"BOOLEAN\"},\"d\":{\"type\":\"ARRAY\",\"items\":{\"type\":"
	    "\"STRING\"}}}}", "f: enum, const, items, items of any type\n");
	/* parts of one whole */
	becomes("{\"allOf\":[{\"type\":\"object\",\"properties\":{\"x\":{"
	    "\"type\":\"string\"}},\"required\":[\"x\"]},{\"type\":"
	    "\"object\",\"properties\":{\"y\":{\"type\":\"integer\"}},"
	    "\"required\":[\"y\",\"x\"]}],\"properties\":{\"z\":{\"type\":"
	    "\"number\"}}}",
	    "{\"type\":\"OBJECT\",\"properties\":{\"z\":{\"type\":"
	    "\"NUMBER\"},\"x\":{\"type\":\"STRING\"},\"y\":{\"type\":"
	    "\"INTEGER\"}},\"required\":[\"x\",\"y\"]}", "");
	becomes("{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":"
	    "\"#/$defs/p\"},\"b\":{\"$ref\":\"http://x\"}},\"$defs\":{\"p\":{"
	    "\"type\":\"array\",\"items\":{\"type\":\"number\"},\"minItems\":"
	    "1,\"uniqueItems\":true}}}",
	    "{\"type\":\"OBJECT\",\"properties\":{\"a\":{\"type\":\"ARRAY\","
	    "\"items\":{\"type\":\"NUMBER\"},\"minItems\":1},\"b\":{\"type\":"
	    "\"STRING\"}}}", "f: uniqueItems, $ref\n");
	becomes("{\"type\":\"object\",\"properties\":{\"a\":{\"oneOf\":[{"
	    "\"type\":\"string\",\"format\":\"uri\"},{\"type\":\"null\"}]},"
	    "\"b\":{\"allOf\":[{\"type\":\"string\"},{\"maxLength\":3}]}}}",
	    "{\"type\":\"OBJECT\",\"properties\":{\"a\":{\"nullable\":true,"
	    "\"anyOf\":[{\"type\":\"STRING\"}]},\"b\":{\"type\":\"STRING\","
	    "\"maxLength\":3}}}", "f: format\n");
	becomes("{}", "{\"type\":\"OBJECT\"}", "");
	/* a reference to itself ends */
	buf_init(&deep, 1 << 20);
	buf_str(&deep, "[{\"functionDeclarations\":[{\"name\":\"f\","
	    "\"parametersJsonSchema\":{\"properties\":{");
	for (i = 0; i < 20; i++)
		buf_printf(&deep, "%s\"p%d\":{\"$ref\":\"#\"}", i ? "," : "", i);
	buf_str(&deep, "}}}]}]");
	j = json_parse(deep.data, deep.len, NULL, 0);
	is_int((int)toolschema_convert(j, NULL), 1, "a schema of itself");
	json_free(j);
	buf_done(&deep);
	is_int((int)toolschema_convert(NULL, NULL), 0, "no tools");
	return tap_done();
}
