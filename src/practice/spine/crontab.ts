/** The practice host's crontab, as a person would have left it. */
import { CRON_JOBS } from './jobs.ts'

export const crontabText = (): string =>
  [
    '# The spine. A percent sign is a newline here unless it is escaped.',
    'SHELL=/bin/sh',
    'PATH=/usr/local/bin:/usr/bin:/bin',
    'MAILTO=""',
    '',
    '# m h dom mon dow command',
    ...CRON_JOBS.map(({ schedule, command }) => `${schedule} ${command}`),
    '',
  ].join('\n')
