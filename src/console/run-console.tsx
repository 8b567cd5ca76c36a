/** The console: mounts the screen, feeds it, carries keys out, gives the terminal back. */
import type { ReadStream, WriteStream } from 'node:tty'
import { render } from 'ink'
import { DEFAULT_KEYS } from '../../keymaps/default.ts'
import { resolver } from '../../keymaps/resolve.ts'
import type { Size } from '../../state/layout.ts'
import type { PaneId } from '../../state/panes.ts'
import { printable } from '../../state/printable.ts'
import { createConsoleStore, withAction, withFacts } from '../../state/store.ts'
import type { UiAction } from '../../state/ui/action.ts'
import { App } from '../../views/App.tsx'
import type { HubClient } from '../rpc/client-api.ts'
import { askAboutLane } from './ask-about-lane.ts'
import { askAboutLeftover } from './ask-about-leftover.ts'
import { askAboutPull } from './ask-about-pull.ts'
import { askHub } from './ask-hub.ts'
import { askToLaunch } from './ask-to-launch.ts'
import { type Clock, everyMinute, systemClock } from './clock.ts'
import { type Exit, watchExits } from './exits.ts'
import { extentOf } from './extent.ts'
import { createFeed } from './feed.ts'
import { createHold } from './hold.ts'
import { holdHub } from './hub-link.ts'
import { createJournalReader } from './journal-reader.ts'
import { Keyboard } from './keyboard.tsx'
import type { KeyPress } from './keys.ts'
import { newLaneDesk } from './lane-desk.ts'
import { createLogReader } from './log-reader.ts'
import { createPageReader } from './page-reader.ts'
import { createPlanReader } from './plan-reader.ts'
import { type Outside, press, type } from './press.ts'
import { rawMode } from './raw-mode.ts'
import { themeOf } from './theme.ts'

export interface ConsoleOptions {
  readonly client: HubClient
  /** Reaches the hub again after it went, starting one if need be. */
  readonly connect: (isReadOnly: boolean) => Promise<HubClient>
  readonly profile: string
  /** Shows this pane alone. */
  readonly only?: PaneId
  /** Nothing is done from here until somebody lifts that. */
  readonly readOnly?: boolean
  /** Plain ASCII even where the locale is UTF-8. */
  readonly ascii?: boolean
  /** Program and arguments of the pager that the config names. */
  readonly pager?: readonly string[]
  readonly stdin?: ReadStream
  readonly stdout?: WriteStream
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly clock?: Clock
}

const KEYS = { keymap: DEFAULT_KEYS, resolve: resolver(DEFAULT_KEYS) }

/** Exit code of Ctrl-C where the terminal is not raw. */
const INTERRUPTED = 130

/** Ink cuts what is wider than the terminal; below this no frame can be drawn at all. */
const NARROWEST = 12

const sizeOf = (stdout: WriteStream): Size => ({
  columns: Math.max(NARROWEST, stdout.columns || 80),
  rows: Math.max(1, stdout.rows || 24),
})

/**
 * Runs until the operator leaves; resolves with the exit code. `stdin` and `stdout` must be a
 * terminal. Rejects never: what goes wrong is told on stderr after the terminal was given back.
 */
export async function runConsole(options: ConsoleOptions): Promise<number> {
  const { profile, stdin = process.stdin, stdout = process.stdout, env = process.env } = options
  // Before Ink does, which is after its first frame: keys pressed till then would be echoed into
  // it. And before anything holds this program: the terminal may be gone, or another job's.
  const fault = rawMode(stdin, 'raw')
  if (fault !== null) {
    options.client.close()
    process.stderr.write(`dockmaster: ${fault}\n`)
    return 1
  }
  const clock = options.clock ?? systemClock
  const only = options.only ?? null
  const store = createConsoleStore({
    profile,
    only,
    size: sizeOf(stdout),
    now: clock.now(),
    ...(options.readOnly ? { isReadOnly: true } : {}),
  })
  const theme = themeOf(env, options.ascii ?? false)
  const left = Promise.withResolvers<Exit>()
  const leave = left.resolve

  const act = (action: UiAction): void =>
    store.setState(state => withAction(state, action, extentOf(state, KEYS.keymap)), true)

  const feed = createFeed(clock, (extent, facts) =>
    store.setState(state => withFacts(state, extent, facts, clock.now()), true),
  )
  const hub = holdHub(
    options.client,
    () => options.connect(store.getState().isReadOnly === true),
    clock,
    {
      facts: feed.push,
      lost: () => store.setState({ hubLost: clock.now(), now: clock.now() }),
      found: () => store.setState({ hubLost: null }),
    },
  )
  const log = createLogReader(store, hub.client, act)
  const journal = createJournalReader(store, hub.client, act, clock)
  const page = createPageReader(store, hub.client, act, clock)
  const plan = createPlanReader(store, hub.client, act)

  const hold = createHold(stdin)
  const desk = newLaneDesk({ hold, stdin, stdout, env, pager: options.pager ?? null })
  const orLeave = (work: Promise<void>): void => {
    work.catch((error: unknown) => leave({ code: 1, error }))
  }

  function carryOut(effect: Outside): void {
    if (effect.to === 'hub') {
      askHub(hub.client(), effect, act).then(
        text => {
          if (effect.request === 'access') {
            store.setState({ isReadOnly: effect.mode === 'read-only' })
          }
          act({ type: 'notice', text })
        },
        (error: unknown) => act({ type: 'notice', text: (error as Error).message }),
      )
      return
    }
    if (effect.to === 'lane') {
      askAboutLane(hub.client(), store.getState(), effect, desk).then(act, (error: unknown) =>
        act({ type: 'notice', text: (error as Error).message }),
      )
      return
    }
    if (effect.to === 'pull') {
      act(askAboutPull(store.getState(), effect))
      return
    }
    if (effect.to === 'leftover') {
      askAboutLeftover(hub.client(), store.getState(), effect).then(act, (error: unknown) =>
        act({ type: 'notice', text: (error as Error).message }),
      )
      return
    }
    if (effect.to === 'ask') {
      askToLaunch(hub.client(), store.getState()).then(act, (error: unknown) =>
        act({ type: 'notice', text: (error as Error).message }),
      )
      return
    }
    if (effect.request === 'quit') leave({ code: 0, error: null })
    else orLeave(effect.request === 'suspend' ? hold.stop() : hold.retake())
  }

  /** All keys of one piece of input change the screen once. */
  function onKeys(keys: readonly KeyPress[]): void {
    const outside: Outside[] = []
    let state = store.getState()
    for (const key of keys) {
      const pressed = press(state, key, KEYS)
      state = pressed.state
      outside.push(...pressed.outside)
    }
    store.setState(state, true)
    outside.forEach(carryOut)
  }

  const onPaste = (text: string): void => store.setState(state => type(state, text, KEYS), true)
  const tree = (
    <>
      <Keyboard onKeys={onKeys} onPaste={onPaste} onReady={hold.ready} />
      <App store={store} keymap={KEYS.keymap} theme={theme} />
    </>
  )
  const onResize = (): void => {
    store.setState({ size: sizeOf(stdout) })
    // At once, so that Ink, which hears of it next, does not draw the old lines cut to size.
    ink.rerender(tree)
  }
  const onContinue = (): void => orLeave(hold.retake())
  const onOutputError = (error: unknown): void => leave({ code: 1, error })

  const stopTicking = everyMinute(clock, () => store.setState({ now: clock.now() }))

  // Before Ink listens: the lines have their new size when it draws them.
  stdout.on('resize', onResize)
  stdout.on('error', onOutputError)
  process.on('SIGCONT', onContinue)
  const unwatch = watchExits(exit => {
    const isTheirs = exit.code === INTERRUPTED && hold.isLent
    if (!isTheirs) leave(exit)
  })
  const ink = render(tree, {
    stdin,
    stdout,
    exitOnCtrlC: false,
    patchConsole: false,
    alternateScreen: true,
    incrementalRendering: true,
    // A key that comes right after a change waits for one frame: 9 ms, not the 17 of 60 a second.
    maxFps: 120,
    // CI may be set where a person sits; whoever calls this has a terminal.
    interactive: true,
  })
  const drawn = ink.waitUntilExit().then(
    () => ({ code: 0, error: null }),
    (error: unknown) => ({ code: 1, error }),
  )
  const exit = await Promise.race([left.promise, drawn])

  stopTicking()
  feed.stop()
  log.stop()
  journal.stop()
  page.stop()
  plan.stop()
  hub.stop()
  stdout.off('resize', onResize)
  process.off('SIGCONT', onContinue)
  ink.unmount()
  await drawn
  // When the terminal went first, there is nobody to give it back to.
  rawMode(stdin, 'cooked')
  stdout.off('error', onOutputError)
  unwatch()
  if (exit.error !== null) process.stderr.write(`dockmaster: ${printable(told(exit.error))}\n`)
  return exit.code
}

const told = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error)
