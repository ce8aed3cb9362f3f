export * from './automation/index.ts';
export * from './configuration/index.ts';
export * from './customers/index.ts';
export * from './http/index.ts';
export * from './importing/index.ts';
export * from './intake/index.ts';
export * from './service/create-service.ts';
export * from './service/real-time.ts';
export type * from './service/service.ts';
