# Completions of the gl programs for fish, installed under each program's name.
# Each program prints its own table of options (--list-options), so these are
# those of the version that is installed.

# What this version knows; the service is not asked.
function __gl_known
    env -u GEMINI_API_KEY -u GOOGLE_API_KEY -u GL_EMULATOR_HOST \
        gl-session --list-$argv[1] -q 2>/dev/null | cut -f 1
end

function __gl_profiles
    set -l config $HOME/.config
    set -q XDG_CONFIG_HOME; and set config $XDG_CONFIG_HOME
    for file in $config/gl/*.conf
        string replace -r '.*/(.*)\.conf$' '$1' -- $file
    end
end

function __gl_options -a program
    command -q $program; or return
    $program --list-options 2>/dev/null | while read -l -d \t name letter kind arg words group help
        set -l option -c $program -l $name -d $help
        test "$letter" = -; or set -a option -s $letter
        switch $kind
            case flag
                complete $option
                continue
            case maybe
                complete $option -a "$words"
                continue
        end
        switch $name
            case model
                complete $option -x -a '(__gl_known models)'
            case voice
                complete $option -x -a '(__gl_known voices)'
            case language translate hints
                complete $option -x -a '(__gl_known languages)'
            case profile
                complete $option -x -a '(__gl_profiles)'
            case '*'
                switch $kind
                    case word
                        complete $option -x -a "$words"
                    case file secret text str list
                        complete $option -r -F
                    case '*'
                        complete $option -x
                end
        end
    end
end

# the one whose name this file has; sourced under another name, all
set -l self (string replace -r '\.fish$' '' -- (basename (status filename)))
if string match -q 'gl-*' -- $self
    __gl_options $self
else
    for program in gl-auth gl-conv gl-emulator gl-frames gl-mic gl-play gl-session gl-tool
        __gl_options $program
    end
end
