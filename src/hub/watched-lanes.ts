/** Where the probe looks for lanes. */
import type { ProfileConfig } from '../../state/config.ts'

/** What we launch is watched too. */
export function watchedLanes({ lanes, launch }: ProfileConfig): ProfileConfig['lanes'] {
  if (launch.repos.length === 0) return lanes
  const { CODEX_HOME, CLAUDE_CONFIG_DIR } = launch.env
  return {
    logs: withOne(lanes.logs, `${launch.logs}/*.jsonl`),
    codexHomes: withOne(lanes.codexHomes, CODEX_HOME),
    claudeHomes: withOne(lanes.claudeHomes, CLAUDE_CONFIG_DIR),
  }
}

const withOne = (all: string[], one: string | undefined): string[] =>
  one === undefined || all.includes(one) ? all : [...all, one]
