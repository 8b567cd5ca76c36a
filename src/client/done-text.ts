/** How an act came out, in one line. Not cleaned: names and paths are the host's. */
import type { Done } from '../rpc/act-api.ts'

export function doneText(done: Done): string {
  switch (done.kind) {
    case 'done':
    case 'plan':
      return done.text
    case 'asks':
      return `${done.text}: \`dockmaster answer ${done.decision} …\` at a terminal, or a in the console`
    case 'unreachable':
      return `nothing was done: ${done.message}`
    case 'unknown':
      return `outcome unknown: ${done.message}; the hub looks at the host when it can`
    default:
      return `${done.kind}: ${done.message}`
  }
}
