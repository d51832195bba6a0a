# A user at a terminal: desk.py [-p] WATCHED COMMAND runs the shell's COMMAND on
# a terminal of its own and takes the steps in the file steps: "< TEXT" is typed
# (without TEXT the end of input), "? TEXT" is waited for on the terminal, "%
# TEXT" in the file WATCHED; with -p, "> TEXT" is written into COMMAND's standard
# input.  Prints the screen; exits as COMMAND does.
import os, pty, select, sys, time

piped = sys.argv[1] == '-p'
watched, command = sys.argv[-2:]
r, w = os.pipe()
open(watched, 'w').close()
pid, fd = pty.fork()
if pid == 0:
    if piped:
        os.dup2(0, 9)
        os.dup2(r, 0)
    os.close(w)
    os.execvp('sh', ['sh', '-c', command])
os.close(r)
seen, mark, limit = b'', 0, time.time() + 60


def look(t):
    global seen
    if select.select([fd], [], [], t)[0]:
        try:
            data = os.read(fd, 4096)
        except OSError:
            return False
        seen += data
        return bool(data)
    return True


for line in open('steps'):
    kind, text = line[0], line[2:].rstrip('\n').encode()
    if kind == '>':
        os.write(w, text + b'\n')
    elif kind == '<':
        os.write(fd, text + b'\n' if text else b'\x04')
    elif kind == '%':
        while (text not in open(watched, 'rb').read() and
               time.time() < limit and look(0.05)):
            pass
    else:
        while text not in seen[mark:] and time.time() < limit and look(1):
            pass
        at = seen.find(text, mark)
        mark = at + len(text) if at >= 0 else len(seen)
os.close(w)
while time.time() < limit and look(1):
    pass
print(seen.decode().replace('\r', ''))
if time.time() >= limit:
    print('TOO LATE')
    os.kill(pid, 9)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
