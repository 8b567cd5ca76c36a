/** Looks at what a launch would meet on the host. Changes nothing. */
import { lstat } from 'node:fs/promises'
import { homedir, hostname } from 'node:os'
import { join } from 'node:path'
import { expandHome } from '../../../adapters/glob.ts'
import { userSystemdFault } from '../../../adapters/systemd/user-systemd.ts'
import type { Survey } from '../../rpc/lane-api.ts'
import type { ProbeParams } from '../../rpc/probe-api.ts'
import { git } from '../git.ts'
import { findProgram, loginPath } from './programs.ts'
import { runsOf } from './run-record.ts'

export async function survey(params: ProbeParams<'lane.survey'>): Promise<Survey> {
  const home = homedir()
  const logs = expandHome(params.logs, home)
  const tree = join(expandHome(params.worktrees, home), params.name)
  const checkout = params.repo === null ? null : expandHome(params.repo, home)
  const branch = `refs/heads/lane/${params.name}`
  const findWithPath = async () => {
    const path = await loginPath(process.env)
    return { path, program: await findProgram(params.engine, params.program, { path, home }) }
  }
  // Side by side: each waits for a program of its own.
  const [{ path, program }, has, repository, fault, treeExists, runs] = await Promise.all([
    findWithPath(),
    checkout === null ? null : git(checkout, 'rev-parse', '--verify', branch),
    checkout === null ? null : lookAtRepository(checkout),
    userSystemdFault(),
    lstat(tree).then(
      () => true,
      () => false,
    ),
    runsOf(logs, params.name),
  ])
  return {
    hostname: hostname(),
    repository,
    program: { name: params.engine, ...program },
    path,
    logs,
    systemd: { fault },
    tree,
    treeExists,
    branchExists: has?.out !== undefined && has.out !== null,
    runs,
  }
}

async function lookAtRepository(path: string): Promise<NonNullable<Survey['repository']>> {
  const top = await git(path, 'rev-parse', '--show-toplevel')
  if (top.out === null) {
    return { path, remote: null, branch: null, base: null, fault: top.fault }
  }
  const [{ out: remote }, head] = await Promise.all([
    git(path, 'remote', 'get-url', 'origin'),
    git(path, 'symbolic-ref', '--short', 'refs/remotes/origin/HEAD'),
  ])
  const branch = head.out?.replace(/^origin\//, '') ?? null
  const base =
    branch === null ? null : (await git(path, 'rev-parse', `refs/remotes/origin/${branch}`)).out
  return { path, remote, branch, base, fault: null }
}
