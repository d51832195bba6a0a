#!/bin/sh
# Fifty recordings to text as a Slurm array, examples/jobs/slurm.sh, with faults
# and a quota, cancelled twice in the middle.  Controller, node and munge are the
# test's own.
. "$(dirname "$0")/../tap.sh"
. "$TOP/tests/batch.sh"

what='fifty as a Slurm array'
PATH=$PATH:/usr/sbin:/sbin
for p in slurmctld slurmd sbatch munged; do
	command -v $p >/dev/null && continue
	skip "$what" "no $p here (make deps)"; tap_done; exit
done
if [ "$(id -u)" != 0 ]; then skip "$what" 'only root may'; tap_done; exit; fi

# two ports that nobody has
ports() {
	python3 -c 'import socket
s = [socket.socket() for i in "ab"]
for x in s: x.bind(("127.0.0.1", 0))
print(*[x.getsockname()[1] for x in s])'
}
# shellcheck disable=SC2046
set -- $(ports)
chmod 755 .
mkdir -m 755 munge
head -c 1024 /dev/urandom >munge/key; chmod 400 munge/key
ok 'munge runs' munged --force --socket="$TMP/munge/sock" \
    --key-file="$TMP/munge/key" --log-file="$TMP/munge/log" \
    --pid-file="$TMP/munge/pid" --seed-file="$TMP/munge/seed" --num-threads=2
tap_pids="$tap_pids $(cat munge/pid)"
node=$(hostname -s)
cat >slurm.conf <<C
ClusterName=test
SlurmctldHost=$node(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthInfo=socket=$TMP/munge/sock
SlurmctldPort=$1
SlurmdPort=$2
StateSaveLocation=$TMP/state
SlurmdSpoolDir=$TMP/spool
SlurmctldPidFile=$TMP/ctld.pid
SlurmdPidFile=$TMP/slurmd.pid
SlurmctldLogFile=$TMP/ctld.log
SlurmdLogFile=$TMP/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerParameters=sched_min_interval=0,bf_interval=1,batch_sched_delay=0
NodeName=$node NodeAddr=127.0.0.1 CPUs=16 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
C
mkdir state spool
# a newer one would want to make control groups
[ "$(slurmd -V | tr -dc '0-9' | cut -c 1-4)" -lt 2311 ] ||
    echo 'CgroupPlugin=disabled' >cgroup.conf
SLURM_CONF=$TMP/slurm.conf; export SLURM_CONF
ok 'the controller runs' slurmctld -c
ok 'the node runs' slurmd -c
wait_for 'their numbers' sh -c '[ -s ctld.pid ] && [ -s slurmd.pid ]'
tap_pids="$tap_pids $(cat ctld.pid slurmd.pid)"
idle() { sinfo -h -o %t 2>/dev/null | grep -q idle; }
wait_for 'the node is idle' idle

recordings 50 w
cat >faults <<'R'
{"on":"upgrade","p":0.1,"do":"refuse","status":503}
{"on":"audio","p":0.002,"do":"drop"}
R
emulator -s faults --capacity 5 --seed 5 --speed 20 --log log
export SLOTS=slots:7 RETRY=3m GL_JOBS="$J"
cd w || exit
ls -- *.wav >files
submit() { sbatch --parsable --array=1-50%16 "$J/slurm.sh"; }
cd .. || exit
gone() { [ -z "$(squeue -h 2>/dev/null)" ]; }
for many in 12 30; do
	job=$(cd w && submit)
	wait_for "$many are done" enough w $many
	scancel --signal=KILL --full "$job"; scancel "$job"
	wait_for 'nothing is left of it' gone
	ok "cancelled in the middle: $(reported w)" [ "$(reported w)" -lt 50 ]
done
for more in 3 4 5; do
	(cd w && sbatch --wait --array=1-50%16 "$J/slurm.sh" >/dev/null)
	code=$?
	[ $code -ne 0 ] || break
done
is "run $more ends well" $code 0
is 'fifty right answers' "$(right w)" ' 50 right 50 there '
is 'none was computed again' "$(once w)" ''
ok "never more than the quota: $(quota log)" [ "$(quota log)" -le 5 ]
tap_done
