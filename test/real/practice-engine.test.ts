/** The practice engine as the console's own adapter asks it, and the factory's boxes as they are shown. */

import { once } from 'node:events'
import { readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { BoxFault, type BoxPlan, LABELS } from '../../adapters/box.ts'
import { dockerHost } from '../../adapters/docker/client.ts'
import { splitImage } from '../../src/policy/box-image.ts'
import { newContainers } from '../../src/practice/engine/containers.ts'
import { newExecs } from '../../src/practice/engine/execs.ts'
import { BOXES, LANE_BOX } from '../../src/practice/engine/images.ts'
import { startEngine } from '../../src/practice/engine/server.ts'
import { scanImage } from '../../src/probe/boxes/scan-image.ts'
import { HubStatus } from '../../src/rpc/hub-api.ts'
import { BoxesEnvelope } from '../../state/rows/boxes.ts'
import { LeftoversEnvelope } from '../../state/rows/leftovers.ts'
import { eventually } from '../setup/eventually.ts'
import { requirePart } from '../setup/require-part.ts'
import { scratch } from '../setup/scratch.ts'
import { newOperator } from './parts/operator.ts'
import { descendants, isAlive } from './parts/processes.ts'
import { openTerminal } from './parts/pty.ts'

async function connectTo(socket: string): Promise<Socket> {
  const stream = connect(socket)
  await once(stream, 'connect')
  return stream
}

const cwdOf = (pid: number): string => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return ''
  }
}

async function engine() {
  const dir = scratch()
  const socket = join(dir, 'docker.sock')
  const path = process.env['PATH'] ?? ''
  const containers = newContainers(Date.now, path)
  const execs = newExecs(containers, path)
  const server = await startEngine({ socket, containers, execs, now: Date.now })
  onTestFinished(() => server.close())
  const host = dockerHost({ connect: () => connectTo(socket) })
  return { dir, socket, host, containers }
}

const planOf = (dir: string, script: string, stem = 'one'): BoxPlan => ({
  name: `dockmaster-${stem}`,
  image: LANE_BOX.image,
  user: '1000:1000',
  argv: ['/bin/sh', '-c', script],
  cwd: dir,
  env: { WORD: 'a=b' },
  mounts: [],
  network: 'host',
  memory: 2 ** 30,
  cpus: 1,
  pids: 100,
  isRootReadOnly: false,
  tmpfs: [],
  afterEnd: 'remove',
  labels: { [LABELS.stem]: stem, [LABELS.lane]: stem },
})

it('an image of the practice engine is read, pinned, and searched', async () => {
  const { host, socket } = await engine()
  for (const [name, { image }] of Object.entries(BOXES)) {
    const { name: tag, pin } = splitImage(image)
    const seen = await host.image(tag)
    expect(seen?.size).toBeGreaterThan(1_000_000)
    expect(seen?.labels).toHaveProperty('org.opencontainers.image.base.digest')
    expect(seen?.id === pin).toBe(name === 'work')
  }
  expect(await host.image('nobody/knows:1')).toBeNull()
  const asked = { socket, image: LANE_BOX.image, ignore: [], hashes: ['/etc/os-release'] }
  const scan = await scanImage({ ...asked, maxBytes: 2 ** 20 })
  expect(scan).toMatchObject({ isWhole: true, secrets: [] })
  expect(scan.hashes).toHaveProperty('/etc/os-release')
})

it('a box of the practice engine is a process, and is gone with it', async () => {
  const { dir, host } = await engine()
  const told: string[] = []
  const listening = new AbortController()
  const watching = host.watch(
    ({ name, what, exit }) => told.push(`${what} ${name} ${exit}`),
    listening.signal,
  )
  const plan = planOf(dir, 'echo "$WORD" > said; exec sleep 600')
  await host.create(plan)
  expect(await host.look(plan.name)).toMatchObject({ state: 'created', pid: null, exit: null })
  await expect(host.create(plan)).rejects.toThrow(/409: Conflict/)
  await host.start(plan.name)
  const box = await host.look(plan.name)
  expect(box).toMatchObject({ state: 'running', pid: expect.any(Number), image: LANE_BOX.image })
  expect(await host.list()).toEqual([box])
  await eventually('it runs', () => readFileSync(join(dir, 'said'), 'utf8') === 'a=b\n')
  expect(await host.count(box?.id ?? '')).toBe(1)
  await expect(host.remove(box?.id ?? '')).rejects.toBeInstanceOf(BoxFault)
  expect(await host.kill(box?.id ?? '', 'SIGINT')).toBe(true)
  await eventually('it is gone', async () => (await host.look(plan.name)) === null)
  expect(isAlive(box?.pid ?? 0)).toBe(false)
  expect(await host.kill(box?.id ?? '', 'SIGKILL')).toBe(false)
  await eventually('its end was told', () => told.includes('die dockmaster-one 137'))
  expect(told).toContain('start dockmaster-one null')
  listening.abort()
  await watching

  const left = planOf(dir, 'true', 'two')
  await host.create(left)
  await host.remove((await host.look(left.name))?.id ?? '')
  expect(await host.list()).toEqual([])
})

requirePart('pty')('a terminal in a box of the practice engine', () => {
  it('[N06] is a shell beside its process, and is hung up by whoever leaves', async () => {
    const { dir, host } = await engine()
    const plan = planOf(dir, 'exec sleep 600')
    await host.create(plan)
    await host.start(plan.name)
    const options = { directory: dir, size: { columns: 90, rows: 20 }, term: 'xterm' }
    const open = async () => {
      const terminal = await host.terminal(plan.name, options)
      let said = ''
      terminal.output.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
      const says = (what: RegExp) => eventually(`${what} is said`, () => what.exec(said)?.[1])
      return { ...terminal, says }
    }
    const first = await open()
    first.input.write('echo "$WORD $$ "is; stty size; pwd\n')
    const shell = Number(await first.says(/a=b (\d+) is/))
    await first.says(/(20 90)/)
    first.resize({ columns: 70, rows: 30 })
    first.input.write('until stty size | grep -x "30 70"; do sleep 0.1; done; exit 7\n')
    await first.says(/(30 70)\r/)
    expect(await first.exit).toEqual({ code: 7, signal: null })
    expect(isAlive(shell)).toBe(false)

    const second = await open()
    second.input.write('echo "$WORD $$ "is\n')
    const left = Number(await second.says(/a=b (\d+) is/))
    second.close()
    expect(await second.exit).toEqual({ code: null, signal: 'SIGHUP' })
    await eventually('it is hung up', () => !isAlive(left))
    expect(await host.look(plan.name)).toMatchObject({ state: 'running' })
  })

  it('[N06] ends by itself when its hub dies while it opens', async () => {
    const { dir, socket, host } = await engine()
    const plan = planOf(dir, 'exec sleep 600')
    await host.create(plan)
    await host.start(plan.name)
    const opens = [connectTo, connectTo, () => Promise.reject(new Error('the hub is dead'))]
    const dying = dockerHost({
      connect: async () => await (opens.shift() ?? connectTo)(socket),
    })
    const options = { directory: dir, size: { columns: 90, rows: 20 }, term: 'xterm' }
    const opening = dying.terminal(plan.name, options)
    await expect(opening).rejects.toThrow(/the hub is dead/)
    const box = (await host.look(plan.name))?.pid
    const others = () =>
      descendants(process.pid).filter(pid => pid !== box && isAlive(pid) && cwdOf(pid) === dir)
    expect(others()).toHaveLength(1)
    await eventually('it has ended', () => others().length === 0, 30_000)
  }, 60_000)
})

it('what the practice engine does not know is no answer', async () => {
  const { dir, host } = await engine()
  const signal = AbortSignal.timeout(5_000)
  await expect(host.run(planOf(dir, 'true'), signal)).rejects.toThrow(/501/)
})

requirePart('git')('the practice factory', () => {
  it('shows a lane in a box, a box that is left, images, and locks to clear away', async () => {
    const operator = newOperator({ select: [] })
    onTestFinished(async () => {
      await operator.run('practice', 'down')
    })
    expect((await operator.run('practice', 'up', '--lanes', '2', '--json')).exitCode).toBe(0)
    const inPractice = (...words: string[]) => operator.run('--profile', 'practice', ...words)
    const asked = async (pane: string) => JSON.parse((await inPractice(pane, '--json')).stdout)
    const rows = await eventually('a lane is in its box', async () => {
      const boxes = BoxesEnvelope.parse(await asked('boxes')).rows
      const isThere = boxes.some(row => row.kind === 'box' && row.state === 'running')
      return isThere && boxes
    })
    expect(rows).toContainEqual(
      expect.objectContaining({ kind: 'box', state: 'exited', leftover: expect.any(String) }),
    )
    const images = rows.flatMap(row => (row.kind === 'image' ? [[row.profile, row.drift]] : []))
    expect(Object.fromEntries(images)).toEqual({
      work: [],
      nightly: [expect.stringMatching(/is pinned/)],
    })
    const left = await eventually('locks are beside their pull requests', async () => {
      const all = LeftoversEnvelope.parse(await asked('leftovers')).rows
      const locks = all.flatMap(row => (row.kind === 'lock' ? [row] : []))
      return locks.some(({ pull }) => pull === 'merged') && locks
    })
    const pulls = left.map(({ pull, leftover }) => `${pull} ${leftover === null ? 'kept' : 'left'}`)
    expect(new Set(pulls)).toEqual(new Set(['merged left', 'open kept', 'unknown left']))
    const { stdout, exitCode } = await inPractice('leftovers', 'remove', '--all', '--dry-run')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/would remove box .*\n[^]*would remove .*is merged; undo makes it again/)
    const { pid } = HubStatus.parse(await asked('status'))
    expect((await operator.run('practice', 'down')).exitCode).toBe(0)
    await eventually('its hub has ended too', () => !isAlive(pid))
  }, 120_000)
})

requirePart('git', 'pty')('a newcomer to the practice factory', () => {
  it('[N06] launches a lane into a box, and comes to it there', async () => {
    const operator = newOperator({ select: [] })
    onTestFinished(async () => {
      await operator.run('practice', 'down')
    })
    expect(
      (await operator.run('practice', 'up', '--lanes', '0', '--speed', '0.1', '--json')).exitCode,
    ).toBe(0)
    const inPractice = (...words: string[]) => operator.run('--profile', 'practice', ...words)
    const brief = join(scratch(), 'tidy-quay.md')
    writeFileSync(brief, 'TASK: tidy\nDO: it\nDO NOT: push\nOUTPUT: a commit\nSTOP: then\n')
    const repo = '~/work/quay'
    const words = ['lane', 'launch', '--brief', brief, '--repo', repo, '--box', 'work', '--json']
    const { stdout, stderr } = await inPractice(...words)
    expect([JSON.parse(stdout || '{}'), stderr]).toMatchObject([
      { kind: 'running', record: { runner: { kind: 'box' } } },
      '',
    ])
    const attach = operator.line('lane', 'attach', 'tidy-quay', '--profile', 'practice')
    const pty = openTerminal(attach, operator.env)
    await pty.until(/comes back\./)
    pty.type('echo "$DOCKMASTER_RUN" in $(pwd)\r')
    await pty.until(/tidy-quay [0-9a-f]{64} in \S+\/trees\/tidy-quay/)
    pty.type('exit\r')
    expect(await pty.exitCode).toBe(0)
    const entries = await inPractice('journal', '--json', '--kind', 'intent')
    expect(entries.stdout).toMatch(/open a terminal in \S+ in the box dockmaster-tidy-quay-/)
  }, 120_000)
})
