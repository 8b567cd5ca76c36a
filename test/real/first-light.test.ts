/**
 * The whole road once, on real parts: Codex runs on a host behind a real sshd, against a model
 * server on loopback; its lane is watched in a real tmux; the link is cut and comes back.
 */
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, linkSync, mkdirSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { requirePart } from '../setup/require-part.ts'
import { scratch } from '../setup/scratch.ts'
import { installCodex, writeCodexHome } from './parts/codex.ts'
import { type ModelServer, startModelServer } from './parts/model-server.ts'
import { type Sshd, startSshd } from './parts/sshd.ts'
import { startTmux } from './parts/tmux.ts'

const program = new URL('../../dist/main.js', import.meta.url).pathname

/** The operator's side: a home of its own, and the built program in it. */
function operator(config: string) {
  const home = scratch()
  const runtime = join(home, 'run')
  mkdirSync(runtime, { mode: 0o700 })
  mkdirSync(join(home, 'config', 'dockmaster'), { recursive: true })
  writeFileSync(join(home, 'config', 'dockmaster', 'config.toml'), config)
  const { CI: _, ...inherited } = process.env
  const env = {
    ...inherited,
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_STATE_HOME: join(home, 'state'),
    XDG_RUNTIME_DIR: runtime,
  }
  const run = async (args: string[], input = '') => {
    const child = spawn(process.execPath, [program, ...args], { env })
    child.stdin.end(input)
    const [out, said, code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise<number | null>(resolve => child.once('close', resolve)),
    ])
    return { out, said, code }
  }
  return { env, run }
}

/** A host with a repository, a CODEX_HOME and two pipes by which the test holds the lane back. */
async function laneHost(sshd: Sshd, model: ModelServer) {
  const dir = join(sshd.dir, 'factory')
  const paths = {
    codex: join(dir, 'codex'),
    home: join(dir, 'codex-home'),
    work: join(dir, 'work'),
    log: join(dir, 'add-out.jsonl'),
    brief: join(dir, 'brief.pipe'),
    gate: join(dir, 'gate.pipe'),
  }
  mkdirSync(paths.work, { recursive: true })
  const native = await installCodex()
  // The host's user may not be able to enter this checkout: the program gets a second name.
  try {
    linkSync(native, paths.codex)
  } catch {
    copyFileSync(native, paths.codex)
  }
  chmodSync(paths.codex, 0o755)
  await writeCodexHome(paths.home, model.baseUrl)
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', paths.work, ...args], { encoding: 'utf8' }).trim()
  git('init', '-q', '-b', 'main')
  git('config', 'user.name', 'Lane')
  git('config', 'user.email', 'lane@factory.test')
  git('commit', '-q', '--allow-empty', '-m', 'begin')
  execFileSync('mkfifo', [paths.brief, paths.gate])
  if (process.getuid?.() === 0) execFileSync('chown', ['-R', sshd.user, dir])
  return { ...paths, head: () => git('-c', `safe.directory=${paths.work}`, 'rev-parse', 'HEAD') }
}

/** Opening a pipe for writing waits for its reader: then something really stands at it. */
async function writePipe(path: string, line: string): Promise<void> {
  const pipe = await open(path, 'w')
  await pipe.writeFile(line)
  await pipe.close()
}

requirePart(
  'sshd',
  'tmux',
  'git',
)('first light', () => {
  it('[A01] [B05] [B16] [N01] a real Codex lane is followed from start to evidence over one connection, and through a cut', async () => {
    const sshd = await startSshd()
    onTestFinished(() => sshd.remove())
    const gate = join(sshd.dir, 'factory', 'gate.pipe')
    const model = await startModelServer(
      `read -r go < ${gate}; echo hi > out.txt && git add -A && git commit -qm "lane: add out.txt" && git log --oneline | head -1`,
    )
    onTestFinished(() => model.close())
    const host = await laneHost(sshd, model)
    const { env, run } = operator(`
[profiles.factory]
host = "factory"
sshConfig = "${sshd.configFile}"
node = "${process.execPath}"
lanes.logs = ["${sshd.dir}/factory/*.jsonl"]
lanes.codexHomes = ["${host.home}"]
lanes.claudeHomes = []
`)
    onTestFinished(async () => {
      await run(['stop'])
    })

    const tmux = await startTmux(`${process.execPath} ${program} 2>/dev/null`, {
      columns: 120,
      rows: 34,
      env,
    })
    onTestFinished(() => tmux.close())
    await tmux.until(/factory ● .* 1 connection/)

    const launch = await run(
      ['run', '-'],
      `cd ${host.work} || exit\nexport CODEX_HOME=${host.home} LOOPBACK_KEY=k\nsetsid nohup ${host.codex} exec --json --skip-git-repo-check - > ${host.log} 2> ${host.log}.stderr < ${host.brief} &`,
    )
    expect(launch).toMatchObject({ code: 0, said: '' })
    // Opening the pipe waits for its reader: Codex runs then, and reads on until the pipe closes.
    const brief = await open(host.brief, 'w')
    await tmux.until(/starting/)
    await brief.writeFile('Add out.txt and commit it.\n')
    await brief.close()
    await model.asked(1)
    await tmux.until(/thinking/)

    model.release()
    await tmux.until(/working +!host read -r go/)
    await writePipe(host.gate, 'go\n')
    await model.asked(2)
    model.release()

    const screen = await tmux.until(/local +[0-9a-f]{7,}/)
    const head = host.head()
    expect(screen).toContain(head.slice(0, 7))
    const { out } = await run(['lanes', '--json'])
    const [lane] = JSON.parse(out).rows
    expect(lane).toMatchObject({
      engine: 'codex',
      status: 'ended',
      result: 'local',
      lastExit: 0,
      tokens: 2_500,
      evidence: [{ kind: 'commit' }],
    })
    expect(head.startsWith(lane.evidence[0].ref)).toBe(true)
    expect(sshd.connections()).toBe(1)

    await sshd.stop()
    await tmux.until(/unreachable since/)
    await sshd.restart()
    const back = await tmux.until(/factory ● .* 1 connection/)
    expect(back).toMatch(/local +[0-9a-f]{7,}/)
    expect(back).not.toMatch(/unreachable/)
    expect(existsSync(host.log)).toBe(true)
  }, 120_000)
})
