"""Ten minutes of speech with known pauses, the transcripts that a service would
give of it, and a judge of the subtitles made from that.

subtitles.py make DIR words|lines [SECONDS]: talk.wav, rules for gl-emulator, truth.json.
    Transcripts have the offsets of each word, or only those of the utterance.
subtitles.py judge truth.json FILE.srt: prints how far off the worst time is.
"""
import json, os, subprocess, sys, wave
from array import array

RATE = 16000
PHRASES = [
    "Good morning, this is the weather desk.",
    "How high is Mont Blanc?",
    "The train to Chamonix leaves at nine.",
    "Could you say that once more, please?",
    "There was snow above two thousand metres.",
    "We shall take the second road on the left.",
    "Nobody has answered the telephone since Monday.",
    "I should like a table for four people.",
    "That makes thirty seven euros and ten cents.",
    "Is the museum open on a holiday?",
    "Please write down the name of the street.",
    "It rained all night and most of the day.",
]

def spoken(text, n):
    """Samples of the phrase, from its first sound to its last."""
    wav = '/tmp/%d.wav' % os.getpid()
    subprocess.run(['espeak-ng', '-s', str(130 + n % 5 * 10), '-w', wav, text],
        check=True)
    raw = subprocess.run(['sox', '-D', wav, '-r', str(RATE), '-t', 's16',
        '-c', '1', '-'], check=True, capture_output=True).stdout
    os.unlink(wav)
    s = array('h', raw)
    loud = [i for i in range(len(s)) if abs(s[i]) > 1000]
    return s[loud[0]:loud[-1]]

def seconds(ms):
    return '%d.%03ds' % (ms // 1000, ms % 1000)

def make(where, how, length='600'):
    length = int(length)
    voices = [spoken(p, i) for i, p in enumerate(PHRASES)]
    sound, truth, rules = array('h'), [], []
    n = k = 0
    def silence(ms):
        sound.extend(array('h', bytes(2 * ms * RATE // 1000)))
    silence(1700)
    while len(sound) < (length - 20) * RATE:
        said = []
        for part in range(1 + k % 4):
            if part:
                silence(320 + n * 37 % 200)
            at = len(sound) * 1000 // RATE
            sound.extend(voices[n % len(voices)])
            said.append({'text': PHRASES[n % len(PHRASES)], 'from': at,
                'to': len(sound) * 1000 // RATE, 'utterance': k})
            n += 1
        message = {'text': ' ' + ' '.join(s['text'] for s in said),
            'startOffset': seconds(said[0]['from']),
            'endOffset': seconds(said[-1]['to'])}
        if how == 'words':
            message['words'] = []
            for s in said:
                w = s['text'].split()
                for i, word in enumerate(w):
                    d = (s['to'] - s['from']) / len(w)
                    message['words'].append({'word': word,
                        'startOffset': seconds(int(s['from'] + i * d)),
                        'endOffset': seconds(int(s['from'] + (i + 1) * d))})
        k += 1
        rules.append({'on': 'turn', 'nth': k, 'do': 'send', 'message':
            {'serverContent': {'inputTranscription': message}}})
        truth += said
        silence(2500 + k * 731 % 4000)
    silence(length * 1000 - len(sound) * 1000 // RATE)
    rules.append({'on': 'turn', 'do': 'say', 'text': 'I see.', 'ms': 900})
    with wave.open(where + '/talk.wav', 'wb') as w:
        w.setparams((1, 2, RATE, 0, 'NONE', None))
        w.writeframes(sound.tobytes())
    with open(where + '/rules', 'w') as f:
        f.writelines(json.dumps(r) + '\n' for r in rules)
    json.dump(truth, open(where + '/truth.json', 'w'))

def cues(name):
    def ms(t):
        h, m, s = t.replace(',', '.').split(':')
        return round((int(h) * 3600 + int(m) * 60 + float(s)) * 1000)
    for block in open(name).read().strip().split('\n\n'):
        lines = block.split('\n')
        a, b = lines[1].split(' --> ')
        yield ms(a), ms(b), ' '.join(lines[2:])

def judge(truth, name):
    """Each phrase must begin a cue, or stand in the one of the phrase before;
    a cue is never over before its words are."""
    truth, got = json.load(open(truth)), list(cues(name))
    i, begins, ends, joined, model, bad = 0, 0, 0, 0, [], []
    for a, b, text in got:
        if text.startswith('Model: '):
            model.append((a, b))
            continue
        text = text.removeprefix('User: ')
        if i == len(truth) or not truth[i]['text'].startswith(text[:12]):
            if text not in truth[i - 1]['text']:
                bad.append('%d: %s' % (a, text))
            continue
        begins = max(begins, abs(a - truth[i]['from']))
        while text and i < len(truth) and text.startswith(truth[i]['text']):
            text = text[len(truth[i]['text']):].strip()
            i += 1
            joined += text != ''
        if i < len(truth) and text:
            i += 1      # goes on in the next cue
            continue
        ends = max(ends, truth[i - 1]['to'] - b)
    # what is answered is the end of an utterance, less than 2.5 s before
    last = [t['to'] for j, t in enumerate(truth) if j + 1 == len(truth) or
        truth[j + 1]['utterance'] != t['utterance']]
    off = [m for m, _ in model if not any(0 <= m - t < 2500 for t in last)]
    print('phrases', i, 'of', len(truth), 'in', len(last), 'utterances')
    print('begins off by', begins, 'ms, over too early by', ends, 'ms')
    print('answers', len(model), 'elsewhere', off[:3])
    print('unknown', bad[:3])
    return begins <= 100 and ends <= 100 and i == len(truth) and not bad and \
        not off

if sys.argv[1] == 'make':
    make(*sys.argv[2:])
else:
    sys.exit(not judge(*sys.argv[2:]))
