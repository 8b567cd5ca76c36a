import { homedir, userInfo } from 'node:os'
import { expect, it } from 'vitest'
import { parseConfigDump } from '../../../adapters/ssh/config-dump.ts'

const DUMP = `host factory
user builder
hostname 192.0.2.7
port 2200
hashknownhosts yes
identitiesonly yes
stricthostkeychecking accept-new
hostkeyalgorithms ssh-ed25519,rsa-sha2-512
identityfile ~/.ssh/id_ed25519
identityfile %d/keys/%r@%h:%p
certificatefile none
globalknownhostsfile /etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2
userknownhostsfile /home/a b/known_hosts ~/second none
connecttimeout 7
proxyjump hop@gate:22,second
`
const home = userInfo().homedir || homedir()

it('reads what ssh -G prints, with every path made whole', () => {
  expect(parseConfigDump(DUMP, 'factory', { SSH_AUTH_SOCK: '/run/agent' })).toEqual({
    user: 'builder',
    hostname: '192.0.2.7',
    port: 2200,
    identityFiles: [`${home}/.ssh/id_ed25519`, `${home}/keys/builder@192.0.2.7:2200`],
    agentSocket: '/run/agent',
    identitiesOnly: true,
    certificateFiles: [],
    proxyJump: 'hop@gate:22,second',
    proxyCommand: null,
    userKnownHostsFiles: ['/home/a b/known_hosts', `${home}/second`],
    globalKnownHostsFiles: ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'],
    hostKeyAlias: null,
    strictHostKeyChecking: 'ask',
    hashKnownHosts: true,
    hostKeyAlgorithms: ['ssh-ed25519', 'rsa-sha2-512'],
    connectTimeoutMs: 7_000,
  })
})

it.each([
  ['identityagent none', null],
  ['identityagent SSH_AUTH_SOCK', '/run/agent'],
  ['identityagent $OTHER', '/run/other'],
  ['identityagent ~/my agent', `${home}/my agent`],
  ['', '/run/agent'],
])('finds the agent: %j', (line, socket) => {
  const env = { SSH_AUTH_SOCK: '/run/agent', OTHER: '/run/other' }
  expect(parseConfigDump(`${line}\n`, 'factory', env).agentSocket).toBe(socket)
})

it('takes ssh for its word when little is said', () => {
  const config = parseConfigDump('', 'factory', {})
  expect(config).toMatchObject({
    hostname: 'factory',
    port: 22,
    agentSocket: null,
    connectTimeoutMs: null,
  })
})
