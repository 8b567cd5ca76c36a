/** How an act on a lane came out, in lines to read. Not cleaned: names and paths are the host's. */
import type { LaneActed } from '../rpc/lane-api.ts'

export function laneText(outcome: LaneActed): string[] {
  switch (outcome.kind) {
    case 'refused':
      return outcome.problems.map(problem => `refused: ${problem}`)
    case 'plan':
      return [
        `would launch ${outcome.name}, brief ${outcome.sha256.slice(0, 12)}: ${outcome.argv.join(' ')}`,
        `in ${outcome.cwd}, on ${outcome.branch} from ${outcome.base.slice(0, 12)}, log ${outcome.log}`,
        `runner ${outcome.runner}: ${outcome.runnerWhy}`,
        ...outcome.warnings.map(warning),
      ]
    case 'running':
    case 'already': {
      const { name, sha256, cwd, log, runner, runnerWhy } = outcome.record
      const isNew = outcome.kind === 'running' ? '' : 'was launched already: '
      return [
        `${name} ${isNew}${outcome.seen}`,
        `brief ${sha256.slice(0, 12)}, in ${cwd}, log ${log}`,
        `runner ${runner.kind}${runnerWhy && `: ${runnerWhy}`}`,
        ...(outcome.kind === 'running' ? outcome.warnings.map(warning) : []),
      ]
    }
    case 'stopped':
      return [`ended by ${outcome.by}: none of its ${outcome.count} processes is left`]
    case 'failed':
      return [`failed: ${outcome.message}`]
    case 'unknown':
      return [
        `outcome unknown: ${outcome.message}; the hub looks at the host when it can, and the journal then says what was found`,
      ]
    case 'unreachable':
      return [`nothing was done: ${outcome.message}`]
    default:
      return outcome satisfies never
  }
}

const warning = (text: string): string => `beware: ${text}`
