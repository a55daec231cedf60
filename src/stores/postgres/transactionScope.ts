import type { AsyncLocalStorage } from "node:async_hooks";
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
} from "kysely";

/** One transaction and what runs in it: everything that is awaited inside uses its connection. */
interface Scope {
  /** Null until the transaction has got its connection. */
  connection: DatabaseConnection | null;
  /** Transactions that are open in each other: the outer one is real, the others are savepoints. */
  depth: number;
  /** What was started in it and not awaited gets a connection of its own from then on. */
  isEnded: boolean;
  /** What is to be done once it has been committed. */
  readonly later: (() => Promise<void>)[];
}

type Scopes = AsyncLocalStorage<Scope>;

const scopesOfDatabases = new WeakMap<object, Scopes>();

/** Remembers by which scopes a database was opened (`scopedDialect`). */
export function rememberScopes(db: object, scopes: Scopes): void {
  scopesOfDatabases.set(db, scopes);
}

/**
 * Runs `work` in one transaction that every store on this database takes part in without being told: their statements use
 * its connection, and their transactions become savepoints of it. Commits when `work` resolves; undoes everything when it
 * rejects. Inside, transactions may follow each other or nest, but two of them must not run side by side.
 */
export async function inOneTransaction<DB, Result>(
  db: Kysely<DB>,
  work: () => Promise<Result>,
): Promise<Result> {
  const scopes = scopesOfDatabases.get(db);
  if (scopes === undefined) throw new Error("this database was not opened with scopes");
  // Inside another one it is a savepoint, like every transaction.
  if (isOpen(scopes.getStore())) return db.transaction().execute(work);
  const scope: Scope = { connection: null, depth: 0, isEnded: false, later: [] };
  const result = await scopes.run(scope, () => db.transaction().execute(work));
  for (const act of scope.later) await act();
  return result;
}

/**
 * Acts once the transaction that this is called in (`inOneTransaction`) has been committed, and never when it is undone;
 * outside of one, now. A savepoint that is undone meanwhile is not told of: `act` looks for itself.
 */
export async function afterCommit<DB>(db: Kysely<DB>, act: () => Promise<void>): Promise<void> {
  const scope = scopesOfDatabases.get(db)?.getStore();
  if (isOpen(scope)) scope.later.push(act);
  else await act();
}

function isOpen(scope: Scope | null | undefined): scope is Scope {
  return scope != null && scope.depth > 0 && !scope.isEnded;
}

/** The dialect with connections that know of scopes. */
export function scopedDialect(dialect: Dialect, scopes: Scopes): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createDriver: () => scopedDriver(dialect.createDriver(), scopes),
  };
}

function scopedDriver(driver: Driver, scopes: Scopes): Driver {
  const scopeOf = (connection: DatabaseConnection): Scope | null => {
    const scope = scopes.getStore();
    const isOurs = scope?.connection === connection && !scope.isEnded;
    return isOurs ? scope : null;
  };
  return {
    init: (options) => driver.init(options),
    destroy: (options) => driver.destroy(options),
    async acquireConnection(options) {
      const scope = scopes.getStore();
      if (isOpen(scope) && scope.connection !== null) return scope.connection;
      const connection = await driver.acquireConnection(options);
      if (scope !== undefined && scope.connection === null) scope.connection = connection;
      return connection;
    },
    async releaseConnection(connection, options) {
      if (isOpen(scopeOf(connection))) return;
      await driver.releaseConnection(connection, options);
    },
    async beginTransaction(connection, settings) {
      const scope = scopeOf(connection);
      if (scope === null || scope.depth === 0) await driver.beginTransaction(connection, settings);
      else await execute(connection, `savepoint ${nameOf(scope.depth + 1)}`);
      if (scope !== null) scope.depth += 1;
    },
    async commitTransaction(connection) {
      const scope = scopeOf(connection);
      if (scope === null || scope.depth <= 1) {
        end(scope);
        await driver.commitTransaction(connection);
        return;
      }
      await execute(connection, `release savepoint ${nameOf(scope.depth)}`);
      scope.depth -= 1;
    },
    async rollbackTransaction(connection) {
      const scope = scopeOf(connection);
      if (scope === null || scope.depth <= 1) {
        end(scope);
        await driver.rollbackTransaction(connection);
        return;
      }
      const name = nameOf(scope.depth);
      scope.depth -= 1;
      await execute(connection, `rollback to savepoint ${name}`);
    },
  };
}

/** Whatever comes of its last statement, the transaction is over. */
function end(scope: Scope | null): void {
  if (scope !== null) scope.isEnded = true;
}

const nameOf = (depth: number): string => `scope_${depth}`;

async function execute(connection: DatabaseConnection, statement: string): Promise<void> {
  await connection.executeQuery(CompiledQuery.raw(statement));
}
