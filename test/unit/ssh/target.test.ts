import { expect, it } from 'vitest'
import { parseTarget } from '../../../adapters/ssh/target.ts'

it.each([
  ['factory', { user: null, host: 'factory', port: null }],
  ['me@factory', { user: 'me', host: 'factory', port: null }],
  ['me@factory.example:2222', { user: 'me', host: 'factory.example', port: 2222 }],
  ['factory:22', { user: null, host: 'factory', port: 22 }],
  ['me@corp@factory', { user: 'me@corp', host: 'factory', port: null }],
  ['::1', { user: null, host: '::1', port: null }],
  ['me@[fe80::1%eth0]:2222', { user: 'me', host: 'fe80::1%eth0', port: 2222 }],
])('reads %s', (text, named) => {
  expect(parseTarget(text)).toEqual(named)
})

it.each([
  '',
  '@factory',
  'me@',
  '-oProxyCommand=evil',
  'me@-oProxyCommand=evil',
  '-l@factory',
  'a b',
  'a\nb',
  'factory:0',
  'factory:65536',
  'factory:ssh',
])('refuses %j', text => {
  expect(parseTarget(text)).toEqual(expect.any(String))
})
