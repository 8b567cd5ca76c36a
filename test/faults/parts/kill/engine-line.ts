/** The line to an engine of boxes, which can be cut around each call. */
import { BoxFault, type BoxHost } from '../../../../adapters/box.ts'

/** What was asked of the engine and may be done still; `late` is on a line that nobody hears. */
export interface UnderWay {
  readonly sent: Set<Promise<unknown>>
  readonly late: (() => Promise<unknown>)[]
  /** Names of boxes that may be made when everybody has looked. */
  readonly loose: Set<string>
}

export interface EngineLine {
  /** Each point where it can be struck. */
  pass(point: string): void
  /** What stands for the link, by identity; null while it is down. */
  link(): object | null
  isDead(): boolean
  readonly underWay: UnderWay
}

const never = <T>() => new Promise<T>(() => undefined)
const lost = () =>
  new BoxFault('the connection to Docker ended before its answer', {
    state: 'unreachable',
    mend: 'see whether the engine is well on the host; it is asked again',
    isAnswer: false,
  })

/**
 * The engine by a line that can be cut around each call. One that was sent is done all the same,
 * while others look; on a silent line it comes when they have looked.
 */
export function strikable(host: BoxHost, line: EngineLine): BoxHost {
  const { pass, link, isDead, underWay } = line
  const asked = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    pass(`engine ${name} before`)
    if (isDead()) return await never()
    const before = link()
    if (before === null) throw lost()
    const isCut = () => isDead() || link() !== before
    pass(`engine ${name} unsent`)
    if (isCut()) {
      underWay.late.push(work)
      return isDead() ? await never() : await Promise.reject(lost())
    }
    const working = work()
    const settling = working.catch(() => undefined)
    underWay.sent.add(settling)
    void settling.then(() => underWay.sent.delete(settling))
    pass(`engine ${name} sent`)
    if (isCut()) return isDead() ? await never() : await Promise.reject(lost())
    const answer = await working
    pass(`engine ${name} answered`)
    if (isDead()) return await never()
    if (isCut()) throw lost()
    return answer
  }
  return {
    ...host,
    image: name => asked('image', () => host.image(name)),
    create: async plan => {
      underWay.loose.add(plan.name)
      await asked('create', () => host.create(plan))
      underWay.loose.delete(plan.name)
    },
    start: name => asked('start', () => host.start(name)),
    look: name => asked('look', () => host.look(name)),
    count: id => asked('count', () => host.count(id)),
    kill: (id, signal) => asked('kill', () => host.kill(id, signal)),
    remove: id => asked('remove', () => host.remove(id)),
  }
}
