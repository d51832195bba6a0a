#ifndef TOOL_FILE_H
#define TOOL_FILE_H

/* What a file in a folder of tools is. */
enum toolfile {
	TOOLFILE_NONE,		/* nothing for us */
	TOOLFILE_TOOL,		/* an executable */
	TOOLFILE_LOCKED		/* not executable, though it looks like a tool:
				 * it begins with "#!", or NAME.json stands
				 * beside it, and no executable has NAME */
};

enum toolfile tool_file_kind(const char *dir, const char *file);

/* The tool's name: the file's up to its first dot.  The caller frees. */
char *tool_file_name(const char *file);

/* "dir/NAME.json", which the caller frees. */
char *tool_file_json(const char *dir, const char *name);

#endif
