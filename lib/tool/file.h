#ifndef TOOL_FILE_H
#define TOOL_FILE_H

/* The kinds of files in a folder of tools. */
enum toolfile {
	TOOLFILE_NONE,		/* not a tool */
	TOOLFILE_TOOL,		/* an executable */
	TOOLFILE_LOCKED		/* not executable but like a tool: begins with
				 * "#!" or has NAME.json beside it, and no
				 * executable has NAME */
};

enum toolfile tool_file_kind(const char *dir, const char *file);

/* The tool's name: the file's up to its first dot.  The caller frees. */
char *tool_file_name(const char *file);

/* "dir/NAME.json", which the caller frees. */
char *tool_file_json(const char *dir, const char *name);

#endif
