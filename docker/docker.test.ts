import { SEARCH_ATTRIBUTES } from '@ferry/contracts';
import { load } from 'js-yaml';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** What is set here must be what the apps read, and what is named here must be there. */

interface Service {
  image?: string;
  build?: { context: string; dockerfile: string; target: string };
  environment?: Record<string, unknown>;
  env_file?: string;
  volumes?: string[];
}

const APPS = ['api', 'worker', 'agent', 'cli'] as const;
const COMPOSE_FILES = ['compose.yaml', 'compose.agent.yaml'] as const;

describe('every variable', () => {
  it.each(['api', 'worker'] as const)('that the %s reads is set in compose.yaml, and no other', (app) => {
    const environment = Object.keys(servicesOf('compose.yaml')[app]?.environment ?? {});
    expect(sorted(environment)).toEqual(settingsOf(app));
  });

  it('that the agent reads is in its example, and no other', () => {
    const example = [...text('agent.env.example').matchAll(/^#?(FERRY_[A-Z_]+)=/gm)].map(([, name = '']) => name);
    expect(sorted(example)).toEqual(settingsOf('agent'));
    // What a transfer had come to is kept there, and has to outlive a loss of power.
    expect(text('agent.env.example')).not.toMatch(/^FERRY_RUN_DIRECTORY=\/(run|tmp|dev)\//m);
    expect(servicesOf('compose.agent.yaml')['agent']?.env_file).toBe('agent.env');
    expect(text('ferry-agent.service')).toContain('EnvironmentFile=/etc/ferry/agent.env');
  });

  it('that the unit sets is one that the agent reads', () => {
    const set = [...text('ferry-agent.service').matchAll(/^Environment="?([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(settingsOf('agent')).toEqual(expect.arrayContaining(set));
  });

  it('that compose.yaml is filled in with is in .env.example, and no other', () => {
    const used = [...text('compose.yaml').matchAll(/\$\{([A-Z_]+)/g)].map(([, name = '']) => name);
    const example = [...text('.env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name = '']) => name);
    expect(sorted(example)).toEqual(sorted(used));
  });

  it('of each app is explained in the README, and no other', () => {
    const explained = [...text('README.md').matchAll(/^\| `(FERRY_[A-Z_]+)` +\| ([a-z, ]+?) +\|/gm)];
    for (const app of APPS) {
      const names = explained.filter(([, , apps = '']) => apps.split(', ').includes(app)).map(([, name = '']) => name);
      expect(sorted(names), app).toEqual(settingsOf(app));
    }
  });
});

describe('every file', () => {
  it('that the images copy or start is there, or is built from one that is', () => {
    const dockerfile = text('Dockerfile');
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = '']) =>
      paths.split(' '),
    );
    expect(copied.length).toBeGreaterThan(0);
    expect(copied.filter((path) => !existsSync(at(`../${path}`)))).toEqual([]);
    const allowed = [...text('Dockerfile.dockerignore').matchAll(/^!(.+)$/gm)].map(([, path]) => path);
    expect(copied.map((path) => path.replace(/\/$/, ''))).toEqual(expect.arrayContaining(allowed));

    const started = [...(dockerfile + text('ferry-agent.service')).matchAll(/apps\/[a-z]+\/dist\/[\w-]+\.js/g)];
    expect(started.length).toBeGreaterThanOrEqual(5);
    const sources = started.map(([path]) => path.replace('/dist/', '/src/').replace(/\.js$/, '.ts'));
    expect(sources.filter((path) => !existsSync(at(`../${path}`)))).toEqual([]);
  });

  it.each(COMPOSE_FILES)('that %s mounts or builds is there', (file) => {
    for (const { volumes = [], build } of Object.values(servicesOf(file))) {
      const mounted = volumes.map((volume) => volume.split(':')[0] ?? '').filter((path) => path.startsWith('./'));
      expect(mounted.filter((path) => !existsSync(at(path)))).toEqual([]);
      if (build === undefined) continue;
      expect(existsSync(at(`${build.context}/${build.dockerfile}`))).toBe(true);
      expect(text('Dockerfile')).toMatch(new RegExp(`^FROM \\S+ AS ${build.target}$`, 'm'));
    }
  });
});

describe('Temporal', () => {
  it('is of one version, and every image has its version pinned', () => {
    const images = COMPOSE_FILES.flatMap((file) => Object.values(servicesOf(file))).flatMap(({ image }) => image ?? []);
    expect(images.filter((image) => !/:\d+\.\d+/.test(image))).toEqual([]);
    const temporal = images.filter((image) => image.startsWith('temporalio/')).map((image) => image.split(':')[1]);
    expect(new Set(temporal).size).toBe(1);
  });

  it('is given every search attribute of the workflows', () => {
    const [, names = ''] = /^for name in (.+); do$/m.exec(text('temporal/create-namespace.sh')) ?? [];
    expect(sorted(names.split(' '))).toEqual(sorted(Object.values(SEARCH_ATTRIBUTES)));
  });

  it('has a dynamic configuration of lists of values', () => {
    for (const [key, values] of Object.entries(load(text('temporal/dynamic-config.yaml')) as Record<string, unknown>)) {
      expect(values, key).toEqual([{ value: expect.anything() as unknown }]);
    }
  });
});

function settingsOf(app: (typeof APPS)[number]): string[] {
  const names = [...text(`../apps/${app}/src/config.ts`).matchAll(/['"](FERRY_[A-Z_]+)['"]/g)];
  expect(names.length).toBeGreaterThan(0);
  return sorted(names.map(([, name = '']) => name));
}

function servicesOf(file: (typeof COMPOSE_FILES)[number]): Record<string, Service> {
  return (load(text(file)) as { services: Record<string, Service> }).services;
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].toSorted();
}

function text(path: string): string {
  return readFileSync(at(path), 'utf8');
}

function at(path: string): URL {
  return new URL(path, import.meta.url);
}
