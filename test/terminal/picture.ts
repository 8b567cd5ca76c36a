/**
 * Draws the README's picture: opens the built console on a practice factory in a real terminal,
 * and writes what stands there as SVG. Run by `npm run picture`.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Unicode11Addon } from '@xterm/addon-unicode11'
import xterm from '@xterm/headless'
import { spawn } from 'node-pty'
import { screenSvg } from './parts/svg.ts'

const SIZE = { cols: 120, rows: 34 }
const SEED = '7'
/** Long enough for lanes to have begun, ended and landed. */
const SETTLE_MS = 40_000
const LIMIT_MS = 90_000

const ROOT = new URL('../../', import.meta.url).pathname
const PROGRAM = join(ROOT, 'dist/main.js')
const home = mkdtempSync(join(tmpdir(), 'dockmaster-picture-'))
const env = {
  PATH: process.env['PATH'] ?? '',
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  HOME: home,
  XDG_CONFIG_HOME: join(home, 'config'),
  XDG_STATE_HOME: join(home, 'state'),
  XDG_RUNTIME_DIR: join(home, 'run'),
}
const dockmaster = (...words: string[]) => {
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, ...words], {
    env,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`dockmaster ${words.join(' ')} ended with ${status}: ${stderr}`)
}

/** Four panes that have rows, and nothing that still waits. */
const isFilled = (text: string): boolean =>
  ['1 Lanes · ', '2 Dock · ', '3 Heals · ', '4 PKM · '].every(title => text.includes(title)) &&
  !/Nobody has looked|connecting|· \?/.test(text)

async function draw(): Promise<string> {
  const terminal = new xterm.Terminal({ ...SIZE, allowProposedApi: true, scrollback: 0 })
  terminal.loadAddon(new Unicode11Addon())
  terminal.unicode.activeVersion = '11'
  const pty = spawn(process.execPath, [PROGRAM, '--profile', 'practice'], {
    ...SIZE,
    name: 'xterm-256color',
    env,
  })
  const ended = new Promise<void>(resolve => {
    pty.onExit(() => resolve())
  })
  pty.onData(data => terminal.write(data))
  try {
    await delay(SETTLE_MS)
    for (let waited = SETTLE_MS; !isFilled(textOf(terminal)); waited += 250) {
      if (waited > LIMIT_MS) throw new Error(`the panes are not filled:\n${textOf(terminal)}`)
      await delay(250)
    }
    return screenSvg(terminal, 'Dockmaster on its practice factory')
  } finally {
    pty.write('q')
    await ended
  }
}

function textOf({ buffer: { active }, rows }: xterm.Terminal): string {
  const lines = Array.from({ length: rows }, (_, row) => active.getLine(active.viewportY + row))
  return lines.map(line => line?.translateToString(true) ?? '').join('\n')
}

mkdirSync(env.XDG_RUNTIME_DIR, { mode: 0o700 })
try {
  dockmaster('practice', 'up', '--seed', SEED, '--speed', '6')
  const svg = await draw()
  mkdirSync(join(ROOT, '.readme'), { recursive: true })
  writeFileSync(join(ROOT, '.readme/screen.svg'), svg)
} finally {
  spawnSync(process.execPath, [PROGRAM, 'stop', '--profile', 'practice'], { env })
  spawnSync(process.execPath, [PROGRAM, 'practice', 'down'], { env })
  rmSync(home, { recursive: true, force: true })
}
