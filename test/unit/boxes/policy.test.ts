import { describe, expect, it } from 'vitest'
import type { BoxSeen, ImageSeen } from '../../../adapters/box.ts'
import { driftOf } from '../../../src/policy/box-drift.ts'
import { pinDrift, splitImage } from '../../../src/policy/box-image.ts'
import { leftoverOf } from '../../../src/policy/box-leftover.ts'
import { judgeBox } from '../../../src/policy/box-profile.ts'
import type { BoxWish } from '../../../src/policy/box-wish.ts'
import { BoxProfile } from '../../../state/box-config.ts'

const NOW = Date.UTC(2026, 10, 21, 12)
const ID = `sha256:${'a1'.repeat(32)}`

const image = (change: Partial<ImageSeen> = {}): ImageSeen => ({
  id: ID,
  repoDigests: [],
  size: 1,
  builtAt: NOW,
  env: ['PATH=/usr/bin'],
  labels: {},
  history: [],
  ...change,
})

/** A box that may be had, changed as the test wants it. */
function wish(profile: Record<string, unknown> = {}, change: Partial<BoxWish> = {}): BoxWish {
  const parsed = BoxProfile.parse({
    image: `lane@${ID}`,
    network: 'none',
    mounts: [{ kind: 'transcripts', source: '~/.codex/sessions', mode: 'rw' }],
    ...profile,
  })
  const paths = parsed.mounts.map(({ source }) => {
    const path = source.replace('~', '/home/lane')
    return { path, real: path, is: 'directory' as const }
  })
  const tokens = parsed.needs.map(() => ({ isThere: true, expiresAt: null }))
  return {
    profile: parsed,
    engine: 'codex',
    env: {},
    socket: '/var/run/docker.sock',
    ground: { uid: 1000, gid: 1000, home: '/home/lane', git: null, paths, tokens, hashes: {} },
    image: image(),
    scan: { bytes: 1, isWhole: true, secrets: [], hashes: {} },
    now: NOW,
    ...change,
  }
}

describe('a box profile', () => {
  it('that keeps every rule is had', () => {
    expect(judgeBox(wish())).toEqual([])
  })

  it.each([
    ['[G04] states no network', { network: undefined }, /states no network/],
    ['[G04] uses the board on a bridge', { network: 'bridge', usesBoard: true }, /loopback/],
    ['runs as root', { user: '0:1000' }, /may not run as root/],
    ["runs in root's group", { user: '1000:0' }, /root's group/],
    ['[G02] mounts no transcripts', { mounts: [] }, /would go with the box: it is not mounted/],
    ['[G05] pins nothing', { image: 'lane' }, /pinned to no digest.*lane@sha256:a1/],
    ['[G03] carries a token', { env: { GH_TOKEN: 'x1y2z3x1y2z3' } }, /GH_TOKEN in the environ/],
    ['[G03] hands out the socket', socketMount('/var/run/docker.sock'), /let the box out/],
    ['[G03] hands out what holds it', socketMount('/run'), /let the box out/],
  ])('that %s is refused', (_, profile, why) => {
    expect(judgeBox(wish(profile)).join('\n')).toMatch(why)
  })

  it('[G03] is refused over what its image holds, and over what was not searched', () => {
    const env = judgeBox(wish({}, { image: image({ env: ['NPM_TOKEN=x1y2z3x1y2z3'] }) }))
    expect(env).toEqual([expect.stringMatching(/environment of the image lane/)])
    const history = image({ history: ['RUN curl -H "Authorization: Bearer abc123def456ghi"'] })
    expect(judgeBox(wish({}, { image: history }))).toEqual([expect.stringMatching(/history/)])
    const scan = { bytes: 9, isWhole: false, secrets: [], hashes: {} }
    expect(judgeBox(wish({}, { scan }))).toEqual([expect.stringMatching(/rest of it was not/)])
    expect(judgeBox(wish({}, { image: null, scan: null }))).toEqual([
      expect.stringMatching(/lane is not on the host/),
    ])
  })

  it.each([
    [{ isThere: false, expiresAt: null }, /pre-auth required: tracker .* no token at/],
    [{ isThere: true, expiresAt: NOW - 1 }, /pre-auth required: tracker .* expired 2026-11-21/],
  ])('[G08] whose service has no token that holds is refused: %j', (token, why) => {
    const needy = wish({
      needs: [{ service: 'tracker', token: '~/.codex/sessions/t' }],
    })
    expect(judgeBox(needy)).toEqual([])
    const ground = { ...needy.ground, tokens: [token] }
    expect(judgeBox({ ...needy, ground })).toEqual([expect.stringMatching(why)])
  })
})

function socketMount(source: string) {
  return {
    mounts: [
      { kind: 'transcripts', source: '~/.codex/sessions', mode: 'rw' },
      { kind: 'tools', source, mode: 'ro' },
    ],
  }
}

describe('an image', () => {
  it('[G05] is what is pinned by its id, or by the digest that a registry knows', () => {
    const other = `sha256:${'b2'.repeat(32)}`
    expect(splitImage(`r.test:5000/lane:7@${other}`)).toEqual({
      name: 'r.test:5000/lane:7',
      pin: other,
    })
    expect(pinDrift(ID, image())).toEqual([])
    expect(pinDrift(other, image({ repoDigests: [`lane@${other}`] }))).toEqual([])
    expect(pinDrift(other, image())).toEqual([expect.stringMatching(/a1a1.* and .*b2b2/)])
  })

  it('[G10] drifts where a file differs from its own, not where only it has one', () => {
    const files = ['config.toml', 'AGENTS.md'].map(name => ({
      name,
      baked: `/b/${name}`,
      onHost: `/h/${name}`,
    }))
    const baked = { '/b/config.toml': '1', '/b/AGENTS.md': '2' }
    expect(driftOf(files, baked, { '/h/config.toml': '1', '/h/AGENTS.md': null })).toEqual([])
    expect(driftOf(files, baked, { '/h/config.toml': '9', '/h/AGENTS.md': '2' })).toEqual([
      'config.toml',
    ])
    expect(driftOf(files, {}, { '/h/config.toml': '1' })).toEqual(['config.toml'])
  })
})

describe('a box that is there', () => {
  const box = (state: BoxSeen['state'], createdAt: number | null) =>
    leftoverOf({ state, createdAt, name: 'b' } as BoxSeen, NOW)

  it('[G01] is left over when it ended, or was made a while ago and never started', () => {
    expect(box('running', 0)).toBeNull()
    expect(box('created', NOW - 1_000)).toBeNull()
    expect(box('created', NOW - 600_000)).toMatch(/never started/)
    expect(box('exited', NOW)).toMatch(/not removed/)
    expect(box('dead', null)).toMatch(/not removed/)
  })
})
