import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { SHAPES } from './shapes.ts';

const DESCRIPTION = `Moves license-based customers into the Cloud Solution Provider program.

Times are ISO 8601 in UTC, dates \`YYYY-MM-DD\`; GUIDs are accepted in any case and answered in lower case. What is not
known, a field or a parameter, is refused. A command's answer carries \`Position\`: a query with \`Min-Position\` sees at
least that. Errors are problem documents (RFC 9457) with a stable \`code\`.`;

/** The OpenAPI document, made from the controllers and the shapes that they answer. */
export function openApiDocument(app: INestApplication, version: string): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('cutover')
    .setVersion(version)
    .setDescription(DESCRIPTION)
    .build();
  const document = SwaggerModule.createDocument(app, config, { operationIdFactory: (_, method) => method });
  return { ...document, components: { ...document.components, schemas: { ...document.components?.schemas, ...SHAPES } } };
}

/** `/openapi.json`, and `/docs` to read and try it. */
export function useDocumentation(app: INestApplication, version: string): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app, version), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'cutover API',
  });
}
