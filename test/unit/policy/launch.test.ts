import { describe, expect, it } from 'vitest'
import { judgeBrief, missingSections } from '../../../src/policy/brief.ts'
import { launchWords, resumeWords } from '../../../src/policy/engine-command.ts'
import { canonFor, judgeModel, judgeSurvey, judgeWish } from '../../../src/policy/launch.ts'
import { identityOf } from '../../../src/policy/repository-identity.ts'
import type { Survey } from '../../../src/rpc/lane-api.ts'

const WHOLE = 'TASK: a\nDO: b\nDO NOT: c\nOUTPUT: d\nSTOP: e\n'
const FREE = { allowed: [], banned: [] }
const REPO = { path: '/srv/app', remote: 'git@git.test:acme/app.git', branch: 'main' }
const SEEN: Survey = {
  hostname: 'factory',
  repository: {
    path: '/srv/app',
    remote: 'https://me:secret@git.test/acme/app',
    branch: 'main',
    base: 'a'.repeat(40),
    fault: null,
  },
  program: { name: 'codex', path: '/opt/codex', looked: 'PATH' },
  path: '/usr/bin',
  systemd: { fault: null },
  logs: '/srv/logs',
  tree: '/srv/trees/fix',
  treeExists: false,
  branchExists: false,
  runs: [],
}

describe('a brief', () => {
  it.each([
    ['lines', WHOLE],
    ['headings', '# Task\na\n## Do\nb\n## Do not\nc\n## Output\nd\n### STOP\ne'],
    ['bold names', '**TASK:** a\n**DO**\nb\n**DO NOT:** c\n**OUTPUT**: d\n**STOP**\ne'],
    ['CRLF', WHOLE.replaceAll('\n', '\r\n')],
  ])('[B02] may have its sections as %s', (_, text) => {
    expect(missingSections(text)).toEqual([])
  })

  it.each([
    ['', ['TASK', 'DO', 'DO NOT', 'OUTPUT', 'STOP']],
    ['TASK: a\nDO: b\nDO NOT: c', ['OUTPUT', 'STOP']],
    // A heading with nothing under it says nothing.
    ['TASK: a\nDO:\nDO NOT:\nc\nOUTPUT: d\n# STOP\n\n', ['DO', 'STOP']],
    // Words in a sentence are no sections.
    [`${WHOLE.replace('STOP: e', '')}Stop when done.`, ['STOP']],
  ])('[B02] %j lacks %j', (text, missing) => {
    expect(missingSections(text)).toEqual(missing)
    expect(judgeBrief(text)).toHaveLength(missing.length)
  })

  it('is refused when it is far too long', () => {
    expect(judgeBrief(WHOLE + 'x'.repeat(300_000))).toEqual([expect.stringMatching(/longer than/)])
  })
})

describe('a repository', () => {
  it.each([
    ['git@git.test:acme/app.git', 'git.test/acme/app'],
    ['ssh://git@git.test:22/acme/app', 'git.test/acme/app'],
    ['https://me:secret@GIT.test/acme/app.git/', 'git.test/acme/app'],
    ['ssh://git@git.test:2222/acme/app', 'git.test:2222/acme/app'],
    ['/srv/origin.git', '/srv/origin'],
    ['file:///srv/origin.git', 'srv/origin'],
  ])('[A11] %s is %s', (remote, identity) => {
    expect(identityOf(remote)).toBe(identity)
  })

  it('[A11] passes when remote and default branch are those of canon', () => {
    expect(judgeSurvey(SEEN, REPO, 'fix')).toEqual([])
  })

  it.each([
    [
      { remote: 'git@git.test:acme/app-old.git' },
      /is git.test\/acme\/app-old main; canon says git.test\/acme\/app main/,
    ],
    [{ branch: 'master' }, /app master; canon says/],
    [{ remote: null }, /no origin main; canon says/],
    [{ branch: null }, /no default branch.*set-head/],
    [{ fault: 'not a git repository' }, /not a git repository; canon says/],
  ])('[A11] %j names both identities', (change, said) => {
    const repository = SEEN.repository && { ...SEEN.repository, ...change }
    const problems = judgeSurvey({ ...SEEN, repository }, REPO, 'fix')
    expect(problems).toEqual([expect.stringMatching(said)])
    expect(problems.join()).not.toContain('secret')
  })

  it('[A11] without an entry blocks', () => {
    expect(judgeSurvey(SEEN, null, 'fix')).toEqual([expect.stringMatching(/has no entry/)])
    expect(canonFor(null, [REPO])).toBe(REPO)
    expect(canonFor(null, [REPO, { ...REPO, path: '/srv/b' }])).toBeNull()
    expect(canonFor('/srv/app/', [REPO])).toBe(REPO)
    expect(canonFor('/srv/other', [REPO])).toBeNull()
  })
})

describe('a launch', () => {
  it('[A09] [B11] tells of the missing program and of what is taken', () => {
    const program = { name: 'codex', path: null, looked: 'PATH' }
    const taken = { ...SEEN, program, treeExists: true, branchExists: true }
    expect(judgeSurvey(taken, REPO, 'fix')).toEqual([
      'codex is not on factory: looked in PATH',
      expect.stringMatching(/two lanes never share a worktree/),
      expect.stringMatching(/branch lane\/fix/),
    ])
  })

  it.each(['', '-x', 'A', 'a/b', '../x', 'a b', 'x.2', 'x'.repeat(62)])('has no name %j', name => {
    expect(judgeWish({ brief: WHOLE, name, model: null }, FREE)).toHaveLength(1)
  })

  it('is held to the lists of models', () => {
    expect(judgeModel('gpt-5', FREE)).toEqual([])
    expect(judgeModel(null, FREE)).toEqual([])
    expect(judgeModel('GPT-4o', { allowed: [], banned: ['gpt-4*'] })).toHaveLength(1)
    expect(judgeModel('xgpt-4', { allowed: [], banned: ['gpt-4*'] })).toEqual([])
    expect(judgeModel('gpt-5', { allowed: ['gpt-5'], banned: [] })).toEqual([])
    expect(judgeModel('gpt-5.1', { allowed: ['gpt-5'], banned: [] })).toHaveLength(1)
    expect(judgeModel(null, { allowed: ['gpt-5'], banned: [] })).toHaveLength(1)
    // A ban is stronger.
    expect(judgeModel('gpt-5', { allowed: ['*'], banned: ['gpt-5'] })).toHaveLength(1)
    for (const model of ['--dangerously-skip-permissions', '-c', '', 'a b', 'a\nb']) {
      expect(judgeModel(model, FREE)).toEqual([expect.stringMatching(/is no name of a model/)])
    }
  })

  it('is put into the words of each engine', () => {
    expect(launchWords('codex', 'm')).toEqual(['exec', '--json', '-m', 'm', '-'])
    expect(resumeWords('codex', 't', null)).toEqual(['exec', '--json', 'resume', 't', '-'])
    const claude = ['-p', '--output-format', 'stream-json', '--verbose']
    expect(launchWords('claude', 'm')).toEqual([...claude, '--model', 'm'])
    expect(resumeWords('claude', 't', null)).toEqual([...claude, '--resume', 't'])
  })
})
