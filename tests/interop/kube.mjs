// kube.mjs FILE [args]: a manifest of a Job, validated; or what it runs.
import { readFileSync } from 'fs';
import { parse } from 'yaml';
import { Job } from 'kubernetes-models/batch/v1/Job';

const said = parse(readFileSync(process.argv[2], 'utf8'));
const job = new Job(said);
job.validate();
console.log(process.argv[3] === 'args' ?
    said.spec.template.spec.containers[0].args[0] :
    `${said.kind} ${said.metadata.name}`);
