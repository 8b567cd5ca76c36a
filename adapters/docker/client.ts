/** Boxes in Docker's engine (API 1.41), by dockerode. */
import type { Readable } from 'node:stream'
import { type BoxHost, type BoxSeen, LABELS } from '../box.ts'
import { asList, asObject, asWord } from '../foreign.ts'
import { LineSplitter } from '../line-splitter.ts'
import { ANSWER, callDocker, orNull, type Reach, UNBOUNDED } from './call.ts'
import { createOptions } from './options.ts'
import { readContainer, readEvent, readImage } from './seen.ts'
import { newTail } from './tail.ts'
import { openTerminal } from './terminal.ts'

/** Boxes of ours that are looked at in one go. */
const MOST = 500
const LONGEST_EVENT = 65_536
const ENGINE_EVENTS = ['create', 'start', 'die', 'oom', 'destroy', 'kill', 'stop']

export function dockerHost(reach: Reach): BoxHost {
  const look = (name: string): Promise<BoxSeen | null> =>
    callDocker(reach, ANSWER, async docker => {
      const found = await orNull(docker.getContainer(name).inspect())
      return found === null ? null : readContainer(found)
    })

  return {
    look,
    image: name =>
      callDocker(reach, ANSWER, async docker => {
        const image = docker.getImage(name)
        const found = await orNull(image.inspect())
        return found === null ? null : readImage(found, await orNull(image.history()))
      }),
    create: plan =>
      callDocker(reach, ANSWER, async docker => {
        await docker.createContainer(createOptions(plan))
      }),
    start: name =>
      callDocker(reach, ANSWER, async docker => {
        await docker.getContainer(name).start()
      }),
    list: async () => {
      const names = await callDocker(reach, ANSWER, async docker => {
        const filters = { label: [LABELS.stem] }
        const found: unknown = await docker.listContainers({ all: true, limit: MOST, filters })
        return asList(found).flatMap(each => asWord(asObject(each)?.['Id']) ?? [])
      })
      const seen: BoxSeen[] = []
      for (const name of names) {
        // One that went meanwhile is gone, and that is all.
        const box = await look(name)
        if (box) seen.push(box)
      }
      return seen
    },
    count: id =>
      callDocker(reach, ANSWER, async docker => {
        const top: unknown = await orNull(docker.getContainer(id).top())
        return asList(asObject(top)?.['Processes']).length
      }),
    kill: (id, signal) =>
      callDocker(reach, ANSWER, async docker => {
        try {
          await docker.getContainer(id).kill({ signal })
          return true
        } catch (error) {
          // 404: no such container; 409: it does not run.
          const { statusCode } = error as { statusCode?: unknown }
          if (statusCode === 404 || statusCode === 409) return false
          throw error
        }
      }),
    remove: id =>
      callDocker(reach, ANSWER, async docker => {
        const container = docker.getContainer(id)
        try {
          await orNull(container.remove())
        } catch (error) {
          // 409: it runs, or the engine is removing it already, as one that ended at once.
          const { statusCode } = error as { statusCode?: unknown }
          const found = statusCode === 409 ? await orNull(container.inspect()) : undefined
          if (found === undefined || (found && readContainer(found)?.state !== 'removing')) {
            throw error
          }
        }
      }),
    run: (plan, signal) =>
      callDocker(reach, UNBOUNDED, async docker => {
        const container = await docker.createContainer(createOptions(plan))
        // Killed and gone with whoever asked: AutoRemove needs an end to remove after.
        const giveUp = () => void container.remove({ force: true }).catch(() => undefined)
        signal.addEventListener('abort', giveUp)
        try {
          const output = await container.attach({ stream: true, stdout: true, stderr: true })
          const tail = newTail()
          docker.modem.demuxStream(output, tail, tail)
          const removed = container.wait({ condition: 'removed' })
          await container.start()
          const ended: unknown = await removed
          const exit = asObject(ended)?.['StatusCode']
          if (typeof exit !== 'number') throw new Error('the engine told no exit code')
          return { exit, tail: tail.text() }
        } finally {
          signal.removeEventListener('abort', giveUp)
          if (signal.aborted) giveUp()
        }
      }),
    terminal: (name, options) => openTerminal(reach, name, options),
    watch: (onEvent, signal) =>
      callDocker(reach, UNBOUNDED, async docker => {
        const events = (await docker.getEvents({
          filters: { type: ['container'], label: [LABELS.stem], event: ENGINE_EVENTS },
        })) as unknown as Readable
        const stop = () => void events.destroy()
        signal.addEventListener('abort', stop)
        const lines = new LineSplitter(LONGEST_EVENT)
        try {
          for await (const chunk of events) {
            for (const line of lines.push(chunk as Buffer)) {
              const event = line.kind === 'line' ? readEvent(parse(line.text)) : null
              if (event) onEvent(event)
            }
          }
        } catch (error) {
          if (!signal.aborted) throw error
        } finally {
          signal.removeEventListener('abort', stop)
        }
      }),
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
