/**
 * Lanes of a small real program that the dock launches for what no rule rebases: it runs what its
 * brief names, in a checkout of its own, with a token of its own, and keeps what
 * both sides of a clash have changed.
 */
import { join } from 'node:path'
import { execa } from 'execa'
import type { DocksDeps } from '../../../../src/hub/dock/docks.ts'
import type { DockServer } from '../../practice-github/parts/dock-server.ts'
import { launched } from '../../practice-github/parts/launched.ts'

export const LANE_TOKEN = 'ghp_plantedPlantedPlantedPlanted1000001'

const PROGRAM = `
set -eu
brief=$(cat)
named() {
  printf '%s\\n' "$brief" |
    awk -F'\`' -v wanted="git $1" '{ for (i = 2; i <= NF; i += 2) if (index($i, wanted) == 1) print $i }'
}
both='/^<<<<<<< / { part = 1; split("", base); next }
  /^\\|\\|\\|\\|\\|\\|\\| / { part = 2; next }
  part && /^=======$/ { part = 3; next }
  /^>>>>>>> / { part = 0; next }
  part == 2 { base[$0] = 1; next }
  part == 3 && ($0 in base) { next }
  { print }'
export GIT_EDITOR=true
git config merge.conflictStyle diff3
$(named fetch)
$(named checkout)
if ! $(named rebase); then
  while test -n "$(git diff --name-only --diff-filter=U)"; do
    git diff --name-only --diff-filter=U | while read -r path; do
      awk "$both" "$path" >"$path.both" && cat "$path.both" >"$path" && rm "$path.both"
      git add "$path"
    done
    git rebase --continue || true
  done
fi
$(named push)
`

export interface SeedLanes {
  readonly launch: DocksDeps['launch']
  /** Resolves when none works; rejects with what one of them met. */
  idle(): Promise<void>
}

export function seedLanes({ dir, env, remote, headerOf }: DockServer): SeedLanes {
  const works: Promise<unknown>[] = []
  const work = async (name: string, brief: string) => {
    const tree = join(dir, 'trees', name)
    const git = (...args: string[]) => execa('git', args, { env, extendEnv: false })
    await git('clone', '-q', join(dir, 'app.git'), tree)
    await git('-C', tree, 'remote', 'set-url', 'origin', remote)
    const inside = { cwd: tree, env: { ...env, ...headerOf(LANE_TOKEN) }, extendEnv: false }
    await execa('sh', ['-c', PROGRAM], { ...inside, input: brief })
  }
  return {
    launch: async wish => {
      works.push(work(wish.name, wish.brief))
      return launched(wish)
    },
    idle: async () => {
      await Promise.all(works)
    },
  }
}
