import { describe, expect, it } from 'vitest'
import { choose } from '../../../src/profile/choose.ts'
import { emptyConfig, parseConfig } from '../../../src/profile/load-config.ts'

const read = (text: string) => parseConfig(text, '/etc/dock/config.toml')

describe('the config file', () => {
  it('is complete when it is empty', () => {
    const result = read('')
    expect(result).toMatchObject({ ok: true, config: { persist: 900_000, profiles: {} } })
  })

  it('fills a profile with what it leaves out', () => {
    const result = read('[profiles.vds]\nhost = "vds"\n')
    if (!result.ok) throw new Error(result.message)
    expect(result.config.profiles.vds).toMatchObject({
      host: 'vds',
      lanes: { codexHomes: ['~/.codex'] },
      github: { repos: [], api: 'https://api.github.com', poll: 30_000 },
    })
  })

  it.each([
    ['a broken line', 'persist = \n', /config\.toml:1:\d+: /],
    ['a key that nobody knows', 'persits = "1m"\n', /Unrecognized key: "persits"/],
    ['a duration without unit', 'persist = "15"\n', /persist: a duration is a number/],
    ['a token in the open', '[profiles.a]\nhost="h"\n[profiles.a.github]\ntoken="x"\n', /token/],
    ['a repository without owner', '[profiles.a]\nhost="h"\ngithub.repos=["app"]\n', /owner\/name/],
  ])('says where %s is', (_what, text, message) => {
    const result = read(text)
    expect(result.ok ? '' : result.message).toMatch(message)
  })
})

describe('which factory is meant', () => {
  const none = () => null
  const config = (text: string) => {
    const result = read(text)
    if (!result.ok) throw new Error(result.message)
    return result.config
  }
  const two = config('default = "b"\n[profiles.a]\nhost="one"\n[profiles.b]\nhost="two"\n')

  it('is the one named, else the default, else the only one', () => {
    expect(choose({ profile: 'a' }, two, none)).toMatchObject({ chosen: { name: 'a' } })
    expect(choose({}, two, none)).toMatchObject({ chosen: { name: 'b' } })
    const one = config('[profiles.only]\nhost="h"\n')
    expect(choose({}, one, none)).toMatchObject({ chosen: { name: 'only' } })
    expect(choose({}, emptyConfig(), none)).toEqual({ kind: 'none' })
  })

  it('takes a host from the line without any config', () => {
    const choice = choose({ host: 'me@box:2222', sshConfig: '/x/cfg' }, emptyConfig(), none)
    expect(choice).toMatchObject({
      chosen: { profile: { host: 'me@box:2222', sshConfig: '/x/cfg' } },
    })
  })

  it('gives each profile a hash that follows its content', () => {
    const of = (text: string) => {
      const choice = choose({}, config(text), none)
      return choice.kind === 'chosen' ? choice.chosen.hash : ''
    }
    const before = of('[profiles.a]\nhost="one"\n')
    expect(of('[profiles.a]\nhost="one"\n# a remark\n')).toBe(before)
    expect(of('[profiles.a]\nhost="other"\n')).not.toBe(before)
  })

  it.each([
    ['a name that nobody has', { profile: 'c' }, /no profile named c \(known: a, b\)/],
    ['two things at once', { profile: 'a', host: 'h' }, /two different things/],
    ['practice that does not run', { profile: 'practice' }, /practice up/],
  ])('refuses %s', (_what, selection, message) => {
    const choice = choose(selection, two, none)
    expect(choice.kind === 'unknown' ? choice.message : '').toMatch(message)
  })

  it('lands nothing over a mirror on the host, which agents could write to', () => {
    const dock = (backend: string) =>
      read(
        `[profiles.vds]\nhost = "vds"\n[[profiles.vds.dock.repos]]\nrepo = "acme/app"\nmirror = "host"\nbackend = "${backend}"`,
      )
    expect(dock('look')).toMatchObject({ ok: true })
    for (const backend of ['train', 'native']) {
      expect(JSON.stringify(dock(backend))).toContain('a mirror on the host only looks')
    }
  })
})
