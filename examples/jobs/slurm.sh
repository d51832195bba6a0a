#!/bin/sh
#SBATCH --job-name=transcribe
#SBATCH --output=slurm-%A_%a.log
# Every recording of this folder to text, as a Slurm array:
#
#     ls -- *.wav >files
#     sbatch --array=1-"$(wc -l <files)"%50 slurm.sh
#
# %50 is how many run at once in the cluster, SLOTS how many of them talk to the
# service.  Submitted once more it does what failed, and only that; sacct shows
# the codes, 75 where that is worth it.  GL_JOBS is the folder of this file:
# Slurm runs a copy.
PATH=${GL_JOBS:-/usr/local/share/doc/gl/examples/jobs}:$PATH
in=$(sed -n "${SLURM_ARRAY_TASK_ID:?is set by sbatch --array}p" files) || exit 66
job "$in" "${in%.wav}.txt" --transcribe
