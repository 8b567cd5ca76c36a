/** What the pane and `boxes` tell of real boxes, while they run and when they are gone or left over. */
import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { eventually } from '../setup/eventually.ts'
import { requirePart } from '../setup/require-part.ts'
import { boxedLane, fits } from './parts/boxed-lane.ts'
import { openTerminal } from './parts/pty.ts'

requirePart(
  'sshd',
  'git',
  'root',
  'dockerd',
)('a box', () => {
  it('[G01] [G05] [G08] [G10] stands in the pane with its lane, as what it came to and as what was left', async () => {
    const { docker, model, at, operator, launched, containers, id, sshd, journal } =
      await boxedLane({
        // Memory is taken by writing to a directory that lies in it.
        command: 'dd if=/dev/zero of=/tmp/fill bs=1M count=2000; true',
        changes: ['LABEL org.opencontainers.image.base.digest=sha256:0b5e'],
        box: (path, image) => `${fits(path, image)}
needs = [{ service = "tracker", token = "${path('tracker.json')}", expires = "2031-01-01T00:00:00Z" }]
`,
        drift: true,
      })
    const rows = async () => JSON.parse((await operator.run('boxes', '--json')).stdout).rows
    const record = await launched()
    expect(record.runner.drift).toEqual(['AGENTS.md'])
    const [box, image] = await eventually('both are seen', async () => {
      const seen = await rows()
      return seen.length === 2 && seen
    })
    expect(box).toMatchObject({
      kind: 'box',
      lane: 'add-out',
      state: 'running',
      drift: ['AGENTS.md'],
    })
    expect(image).toMatchObject({
      kind: 'image',
      profile: 'work',
      digest: id,
      pin: id,
      drift: [],
      base: 'sha256:0b5e',
      needs: [{ service: 'tracker', token: 'present', expiresAt: '2031-01-01T00:00:00.000Z' }],
    })
    expect(image.size).toBeGreaterThan(1_000)
    expect((await operator.run('boxes')).stdout).toMatch(
      /pre-auth required: tracker, token present until 2031/,
    )
    await model.asked(1)
    model.release()
    await eventually('its memory is used up', async () => (await rows())[0]?.isOutOfMemory)
    // The kernel chooses whom it kills: it may have been the agent itself.
    await docker.engine
      .getContainer(record.runner.container)
      .kill()
      .catch(() => undefined)
    await eventually('it is gone', async () => (await containers()).length === 0)
    const over = await eventually('what it came to is told', async () => {
      const [seen] = await rows()
      return seen?.state === 'gone' && seen
    })
    expect(over).toMatchObject({ exit: 137, isOutOfMemory: true, lane: 'add-out' })

    await docker.engine.createContainer({
      name: 'dockmaster-old-lane-1',
      Image: id,
      Cmd: ['/usr/bin/true'],
      Labels: { 'dockmaster.stem': 'old-lane', 'dockmaster.lane': 'old-lane' },
      HostConfig: {
        NetworkMode: 'none',
        Mounts: [{ Type: 'bind', Source: '/usr', Target: '/usr', ReadOnly: true }],
      },
    })
    await docker.engine.getContainer('dockmaster-old-lane-1').start()
    const left = await eventually('it is left over', async () =>
      (await rows()).find((row: { leftover?: string }) => row.leftover),
    )
    expect(left).toMatchObject({ lane: 'old-lane', state: 'exited', exit: 0 })
    expect((await operator.run('boxes')).stdout).toMatch(/old-lane +leftover .*not removed/)
    const name = 'dockmaster-old-lane-1'
    expect(await operator.printed('leftovers')).toMatch(/box +dockmaster-old-lane-1 +old-lane/)
    expect(await operator.printed('leftovers', 'remove', name, '--dry-run')).toMatch(
      /would remove box dockmaster-old-lane-1 of old-lane: .*; a person is asked/,
    )
    const asked = await operator.run('leftovers', 'remove', name, '--json')
    const { decision } = JSON.parse(asked.stdout)
    expect([asked.exitCode, (await containers()).length]).toEqual([77, 1])
    const person = openTerminal(operator.line('answer', `${decision}`, 'Remove it'), operator.env)
    await person.until(/\(yes\/no\)/)
    person.type('yes\r')
    expect(await person.exitCode).toBe(0)
    expect(await containers()).toEqual([])
    expect((await journal('outcome')).at(-1)?.data).toMatchObject({ outcome: 'removed' })
    expect(existsSync(at('tracker.json'))).toBe(true)
    expect(sshd.connections()).toBe(1)
  }, 120_000)
})
