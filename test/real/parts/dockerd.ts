/**
 * A real Docker engine in a mount namespace of its own: throwaway data and socket, the network of
 * the test, stopped by its pid. No registry: images are made of archives.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Docker from 'dockerode'
import { type Header, pack } from 'tar-stream'
import { eventually } from '../../setup/eventually.ts'
import { findProgram } from '../../setup/require-part.ts'

export interface Dockerd {
  readonly socket: string
  /** Straight to its socket: what the product says is held against this. */
  readonly engine: Docker
  /** Imports an image of those files and returns its id. */
  image(name: string, files: Readonly<Record<string, string>>, changes?: string[]): Promise<string>
  stop(): Promise<void>
}

/** `group` may open its socket. */
export async function startDockerd(group: string): Promise<Dockerd> {
  const program = findProgram('dockerd')
  if (program === null) throw new Error('dockerd is not installed')
  const dir = mkdtempSync(join(tmpdir(), 'dockmaster-docker-'))
  chmodSync(dir, 0o755)
  const socket = join(dir, 'docker.sock')
  const options = {
    '--host': `unix://${socket}`,
    '--group': group,
    '--data-root': join(dir, 'data'),
    '--exec-root': join(dir, 'exec'),
    '--pidfile': join(dir, 'pid'),
    '--bridge': 'none',
    '--storage-driver': 'overlay2',
  }
  const words = Object.entries(options).flat()
  const flags = ['--iptables=false', '--ip-forward=false', '--ip-masq=false']
  let log = ''
  const child = spawn('unshare', ['-m', '--propagation', 'private', program, ...words, ...flags], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  // A suite that dies must not leave it behind.
  const endWithUs = () => child.kill()
  process.once('exit', endWithUs)
  child.once('exit', () => process.off('exit', endWithUs))
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text
  })
  const engine = new Docker({ socketPath: socket })
  const stop = async () => {
    if (child.exitCode === null) {
      const left = await engine.listContainers({ all: true }).catch(() => [])
      // One that is being removed already says so: it is gone all the same.
      for (const { Id } of left) {
        await engine
          .getContainer(Id)
          .remove({ force: true })
          .catch(() => undefined)
      }
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    }
    rmSync(dir, { recursive: true, force: true })
  }
  try {
    await eventually('dockerd answers or ends', async () => {
      if (child.exitCode !== null) throw new Error(`dockerd ended: ${log.slice(-2_000)}`)
      return await engine.ping().catch(() => null)
    })
  } catch (error) {
    await stop()
    throw error
  }
  return {
    socket,
    engine,
    image: async (name, files, changes = []) => {
      const named = { repo: name, tag: 'test', changes }
      const told: unknown = await engine.importImage(
        archive(files) as unknown as NodeJS.ReadableStream,
        named as object,
      )
      await new Promise<void>((resolve, reject) => {
        const done = (error: Error | null) => (error ? reject(error) : resolve())
        engine.modem.followProgress(told as NodeJS.ReadableStream, done)
      })
      return (await engine.getImage(`${name}:test`).inspect()).Id
    },
    stop,
  }
}

/** A root that borrows the host's programs: /usr is to be mounted. */
function archive(files: Readonly<Record<string, string>>) {
  const tar = pack()
  const add = (header: Partial<Header> & { name: string }, text = '') =>
    void tar.entry(header, text)
  for (const name of ['etc', 'usr', 'sbin', 'tmp', 'proc', 'sys', 'dev', 'run']) {
    add({ name, type: 'directory', mode: name === 'tmp' ? 0o1777 : 0o755 })
  }
  for (const name of ['bin', 'lib', 'lib64']) {
    add({ name, type: 'symlink', linkname: `usr/${name}` })
  }
  for (const name of ['passwd', 'group', 'ld.so.cache']) {
    add({ name: `etc/${name}` }, readFileSync(`/etc/${name}`, 'latin1'))
  }
  for (const [name, text] of Object.entries(files)) {
    if (name.endsWith('/')) add({ name: name.slice(0, -1), type: 'directory', mode: 0o1777 })
    else add({ name, mode: 0o644 }, text)
  }
  tar.finalize()
  return tar
}
