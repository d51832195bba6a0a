# Every recording of this folder to text:
#
#     make -k -j 50 -f batch.mk
#
# A text is made again where its recording is newer.  -k goes on with the
# others where one fails; make then ends with 2.
job := $(dir $(lastword $(MAKEFILE_LIST)))job

all: $(patsubst %.wav,%.txt,$(wildcard *.wav))

# job leaves alone what stands, make decides what is old
%.txt: %.wav
	@rm -f $@
	@$(job) $< $@ --transcribe
