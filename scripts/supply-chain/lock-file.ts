/** What package-lock.json says of the packages that reach an owner's server. */

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

export interface ProductionTree {
  /** Foreign packages that `npm install @tillkit/server` brings, optional peers left out. */
  readonly packages: readonly string[];
  readonly faults: readonly string[];
}

const folder = 'node_modules/';

/** Where npm finds a package that the one at `from` asks for: beside it, or further up. */
function locate({ packages }: LockFile, from: string, name: string): string | undefined {
  for (let base = from; ; base = base.slice(0, Math.max(base.lastIndexOf(`/${folder}`), 0))) {
    const path = base === '' ? `${folder}${name}` : `${base}/${folder}${name}`;
    if (path in packages) return path;
    if (base === '') return undefined;
  }
}

/** Every package that those at `roots` (paths in the lock file) need, with what is wrong with one of them. */
export function productionTree(lock: LockFile, roots: readonly string[]): ProductionTree {
  const seen = new Set(roots);
  const faults: string[] = [];
  for (const path of seen) {
    for (const name of Object.keys(lock.packages[path]?.dependencies ?? {})) {
      if (name.startsWith('@tillkit/')) continue; // one of the roots
      const found = locate(lock, path, name);
      if (found === undefined) faults.push(`${path} needs ${name}, which is not locked`);
      else seen.add(found);
    }
  }
  const packages = [...seen].filter((path) => !roots.includes(path));
  for (const path of packages) {
    const { integrity, hasInstallScript } = lock.packages[path]!;
    if (hasInstallScript) faults.push(`${path} runs a script when it is installed`);
    if (!integrity?.startsWith('sha512-')) faults.push(`${path} is locked without its SHA-512`);
  }
  return { packages: packages.map((path) => path.slice(path.lastIndexOf(folder) + folder.length)).toSorted(), faults };
}

/** Packages, of development too, that want to run a script when they are installed and are not forbidden to. */
export function scriptsNotForbidden({ packages }: LockFile, allowScripts: Readonly<Record<string, boolean>>): string[] {
  return Object.entries(packages)
    .filter(
      ([path, { hasInstallScript }]) => hasInstallScript && allowScripts[path.slice(path.lastIndexOf(folder) + folder.length)] !== false,
    )
    .map(([path]) => path);
}
