import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { findingsPage } from './findings-page.ts';

/** Where people read what a finding means. */
@ApiExcludeController()
@Controller('docs/findings')
export class FindingsPageController {
  @Get()
  @Header('content-type', 'text/markdown; charset=utf-8')
  page(): string {
    return findingsPage();
  }
}
