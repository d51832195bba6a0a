#ifndef TESTS_MESSAGES_H
#define TESTS_MESSAGES_H

/* What the service says, and what a user gives, as the tests of the session
 * write it. */
#define AUDIO "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":" \
	"{\"mimeType\":\"audio/pcm;rate=24000\",\"data\":\"AAAA\"}}]}}}"
#define COMPLETE "{\"serverContent\":{\"turnComplete\":true}}"
#define INTERRUPTED "{\"serverContent\":{\"interrupted\":true}}"
#define SAYS(t) "{\"serverContent\":{\"outputTranscription\":{\"text\":\"" t \
	"\"}}}"
#define HEARS(t) "{\"serverContent\":{\"inputTranscription\":{\"text\":\"" t \
	"\"}}}"
#define CALL(id) "{\"toolCall\":{\"functionCalls\":[{\"id\":\"" id "\"," \
	"\"name\":\"clock\",\"args\":{}}]}}"
#define TEXT(t) "{\"type\":\"text\",\"text\":\"" t "\"}"

#endif
