"""Workers of a queue for iodose.distributed, by dask-jobqueue (docs/clusters.md).

    python clusters.py slurm --jobs 4 CASE.toml... -o FOLDER
"""

import argparse

from dask_jobqueue import HTCondorCluster, LSFCluster, PBSCluster, SLURMCluster

#: One job takes 16 processors of one node, with a worker on each: what is lost with a worker is one share.
JOB = {"cores": 16, "processes": 16, "memory": "32GB"}

CLUSTERS = {
    "slurm": lambda: SLURMCluster(**JOB, walltime="04:00:00", queue="standard", job_extra_directives=["--requeue"]),
    "pbs": lambda: PBSCluster(**JOB, walltime="04:00:00", queue="standard"),
    "lsf": lambda: LSFCluster(**JOB, walltime="04:00", queue="standard"),
    "htcondor": lambda: HTCondorCluster(**JOB, disk="4GB"),
}


def main():
    from distributed import Client
    from iodose.distributed import run

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("queue", choices=CLUSTERS)
    parser.add_argument("cases", nargs="+", metavar="CASE.toml")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("-o", "--output", required=True, metavar="FOLDER")
    words = parser.parse_args()
    with CLUSTERS[words.queue]() as cluster, Client(cluster) as client:
        cluster.scale(jobs=words.jobs)
        ended = run(words.cases, client, words.output)
    for case in ended:
        print(f"{case.file}: {case.error or 'done'}")
    raise SystemExit(any(case.error for case in ended))


if __name__ == "__main__":
    main()
